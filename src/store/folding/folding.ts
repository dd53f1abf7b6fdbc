import type { Log } from '../../core/ports.ts';
import type { Committer } from '../committer.ts';
import type { DatabaseFile } from '../databaseFile.ts';
import type { JournalPosition } from '../journal/journalFiles.ts';
import type { WorkingCopy } from '../workingCopy.ts';
import type { Fold, FoldJob } from './fold.ts';

interface Parts {
  readonly copy: WorkingCopy;
  readonly committer: Committer;
  readonly fold: Fold;
  readonly file: DatabaseFile;
  readonly log: Log;
}

/**
 * Folds a long journal into the file. The new file is written while commits go on; putting it in place takes a turn at
 * the lock.
 */
export class Folding {
  readonly #stop = new AbortController();
  #working: Promise<void> | undefined;
  /** How long the journal was when folding it failed; it is tried again when there is twice as much. */
  #failedAt = 0;

  constructor(private readonly parts: Parts) {}

  /** Begins to fold when it is time. */
  consider(): void {
    const { copy } = this.parts;
    if (this.#working !== undefined || this.#stop.signal.aborted || !copy.wantsFolding) return;
    const next = copy.foldJob();
    if (next === undefined || next.job.end < this.#failedAt * 2) return;
    this.#working = this.#fold(next.job, next.from).finally(() => {
      this.#working = undefined;
    });
  }

  /** Ends without the fold that may be under way. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#working;
  }

  /** Never rejects: the journal is as good as before. */
  async #fold(job: FoldJob, from: JournalPosition): Promise<void> {
    const { copy, committer, fold, file, log } = this.parts;
    try {
      const folded = await fold(job, this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      await committer.alone(async (held) => {
        await copy.refresh(true);
        if (!(await copy.useFolded(job, from, folded, held))) log.info('Another window folded the journal.');
      });
      this.#failedAt = 0;
    } catch (error) {
      this.#failedAt = job.end;
      if (!this.#stop.signal.aborted) log.warn(`The journal could not be folded into the database: ${String(error)}`);
    } finally {
      await file.removeTemp(job.temp);
    }
  }
}
