import { inferIssueKey } from '../../core/issueKey.ts';
import type { BranchInfo, BranchSource, Disposable, Log } from '../../core/ports.ts';
import { tryOwnPattern } from './ownPattern.ts';
import { type HeadFiles, type HeadReading, readHead, type Watch } from './readHead.ts';

/** The folder whose branch counts now, on its own file system. */
export interface Place {
  /** Tells file systems apart, such as a URI's scheme and authority. */
  readonly fileSystem: string;
  readonly path: string;
  readonly files: HeadFiles;
  watch(watch: Watch, onChange: () => void): Disposable;
}

/** Where to look, or one sentence on why nowhere. */
export type Where = Place | { readonly why: string };

export interface TrackerDeps {
  /** Where to look now. */
  place(): Where;
  /** Keys of the user's projects; empty while not known. */
  projectKeys(): readonly string[];
  /** The user's own regular expression, when there is one. */
  pattern(): string | undefined;
  readonly log: Log;
}

/** A branch source that can be asked to look again. */
export interface BranchTracker extends BranchSource, Disposable {
  /** The git folder that `current` was read from, the same for all folders of a checkout; empty without one. */
  place(): string;
  /** Reads the branch again; resolves when `current` answers with it. Never rejects. */
  refresh(): Promise<void>;
  /** Infers the key again from the branch already read, after settings or projects changed. */
  reconsider(): void;
}

const NOT_READ_YET: HeadReading = { branch: null, why: 'The branch is being read.', watches: [] };

/** Follows the branch of a place that may change. Any number of calls to `refresh` at once cost at most two reads. */
export function trackBranch(deps: TrackerDeps): BranchTracker {
  return new Tracker(deps);
}

class Tracker implements BranchTracker {
  readonly #deps: TrackerDeps;
  readonly #listeners = new Set<() => void>();
  readonly #reported = new Set<string>();
  #reading = NOT_READ_YET;
  #place = '';
  #announced: { readonly info: BranchInfo; readonly place: string } | undefined;
  #memo: { readonly of: string; readonly info: BranchInfo } | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #watchers: ReadonlyMap<string, Disposable> = new Map();
  #disposed = false;

  constructor(deps: TrackerDeps) {
    this.#deps = deps;
  }

  current(): BranchInfo {
    const pattern = this.#deps.pattern()?.trim() || undefined;
    const projectKeys = this.#deps.projectKeys();
    const of = JSON.stringify([this.#reading.branch, this.#reading.why, pattern, projectKeys]);
    if (this.#memo?.of !== of) this.#memo = { of, info: this.#infer(projectKeys, pattern) };
    return this.#memo.info;
  }

  place(): string {
    return this.#place;
  }

  onDidChange(listener: () => void): Disposable {
    // Wrapped, so that the same function given twice is two listeners.
    const call = () => listener();
    this.#listeners.add(call);
    return { dispose: () => this.#listeners.delete(call) };
  }

  refresh(): Promise<void> {
    this.#again = true;
    this.#running ??= this.#readUntilSettled();
    return this.#running;
  }

  reconsider(): void {
    const info = this.current();
    // Two repositories may be on branches of one name, and what is checked out next counts only where it happens.
    if (this.#announced?.place === this.#place && isSame(this.#announced.info, info)) return;
    this.#announced = { info, place: this.#place };
    for (const listener of this.#listeners) this.#call(listener);
  }

  dispose(): void {
    this.#disposed = true;
    this.#listeners.clear();
    this.#stopWatching();
  }

  async #readUntilSettled(): Promise<void> {
    while (this.#again && !this.#disposed) {
      this.#again = false;
      await this.#read();
    }
    // In the same breath as the last look at #again, or a call in between would be lost.
    this.#running = undefined;
  }

  async #read(): Promise<void> {
    try {
      const place = this.#deps.place();
      const reading = await readPlace(place);
      if (this.#disposed) return;
      this.#reading = reading;
      this.#place = placeOf(place, reading);
      if ('why' in place) this.#stopWatching();
      else this.#watch(place, reading.watches);
      this.reconsider();
    } catch (error) {
      this.#deps.log.error('The branch could not be read', error);
    }
  }

  /** Keeps the watchers that are still wanted, so that going from file to file in a repository costs nothing. */
  #watch(place: Place, watches: readonly Watch[]): void {
    const before = this.#watchers;
    const wanted = new Map<string, Disposable>();
    for (const watch of watches) {
      const key = JSON.stringify([place.fileSystem, watch]);
      wanted.set(key, before.get(key) ?? place.watch(watch, () => void this.refresh()));
      // What happened between reading and watching would go unnoticed.
      if (!before.has(key)) this.#again = true;
    }
    this.#watchers = wanted;
    for (const [key, watcher] of before) if (!wanted.has(key)) watcher.dispose();
  }

  #stopWatching(): void {
    for (const watcher of this.#watchers.values()) watcher.dispose();
    this.#watchers = new Map();
  }

  #infer(projectKeys: readonly string[], pattern: string | undefined): BranchInfo {
    const { branch, why } = this.#reading;
    if (branch === null) return { branch, issueKey: null, why };
    const own = pattern === undefined ? undefined : tryOwnPattern(pattern, branch);
    const unusable = own?.kind === 'unusable' ? own.why : undefined;
    if (unusable !== undefined) this.#report(unusable, pattern ?? '');
    const found = own === undefined || own.kind === 'unusable' ? undefined : own.kind === 'found' ? own.text : null;
    const inferred = inferIssueKey(branch, { projectKeys, pattern: () => found });
    const explained = unusable === undefined ? inferred.why : `${unusable} ${inferred.why}`;
    return { branch, issueKey: inferred.issueKey, why: explained };
  }

  #report(problem: string, pattern: string): void {
    const what = `${problem} (timecard.issueKeyPattern: ${pattern.slice(0, 200)})`;
    if (this.#reported.has(what)) return;
    this.#reported.add(what);
    this.#deps.log.warn(what);
  }

  #call(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.#deps.log.error('A listener to the branch failed', error);
    }
  }
}

function placeOf(place: Where, { gitFolder }: HeadReading): string {
  return 'why' in place || gitFolder === undefined ? '' : JSON.stringify([place.fileSystem, gitFolder]);
}

function isSame(a: BranchInfo, b: BranchInfo): boolean {
  return a.branch === b.branch && a.issueKey === b.issueKey && a.why === b.why;
}

async function readPlace(place: Where): Promise<HeadReading> {
  return 'why' in place ? { branch: null, why: place.why, watches: [] } : readHead(place.files, place.path);
}
