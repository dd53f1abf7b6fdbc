import { setTimeout as delay } from 'node:timers/promises';
import type { CommitSource, Log } from '../../core/ports.ts';
import type { CommitNote } from '../../core/records.ts';
import { commitsIn } from '../../core/reflog.ts';
import { type ReflogFiles, readReflog } from './readReflog.ts';

/** A slow file system must not keep a clock-out waiting for longer, in ms. */
const COMMITS_WAIT_MS = 1_000;

export interface CommitSourceDeps {
  /** Where to look now; `undefined` when nothing may be read. */
  place(): { readonly files: ReflogFiles; readonly path: string } | undefined;
  readonly log: Pick<Log, 'warn'>;
  readonly waitMs?: number;
}

/** The commits that the reflogs of the current repository tell of; none where that cannot be read, or not in time. */
export function createCommitSource(deps: CommitSourceDeps): CommitSource {
  const read = async (branch: string, from: number, to: number): Promise<readonly CommitNote[]> => {
    try {
      const place = deps.place();
      const reflog = place === undefined ? undefined : await readReflog(place.files, place.path, branch);
      return reflog === undefined ? [] : commitsIn(reflog, from, to);
    } catch (error) {
      deps.log.warn(`The commits could not be read: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  };
  return {
    between: (branch, from, to) =>
      Promise.race([read(branch, from, to), delay(deps.waitMs ?? COMMITS_WAIT_MS, [], { ref: false })]),
  };
}
