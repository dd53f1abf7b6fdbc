/** How long nobody types before Jira is asked, in ms. */
export const SEARCH_PAUSE_MS = 300;
/** One letter says too little. */
const SHORTEST = 2;

/**
 * Turns typing into searches: one for each pause, and none that is no longer wanted. The signal of a search fires as
 * soon as something else is typed; an answer that comes after that is stale.
 */
export class SearchScheduler {
  private timer: NodeJS.Timeout | undefined;
  private running = new AbortController();

  constructor(private readonly search: (query: string, signal: AbortSignal) => void) {}

  /** Whether there will be a search for a text. */
  static wants(query: string): boolean {
    return query.length >= SHORTEST;
  }

  /** The text as it is now, without spaces around it. */
  typed(query: string): void {
    this.stop();
    if (!SearchScheduler.wants(query)) return;
    const { signal } = this.running;
    this.timer = setTimeout(() => this.search(query, signal), SEARCH_PAUSE_MS);
  }

  /** Nothing that was typed is wanted any more. */
  stop(): void {
    clearTimeout(this.timer);
    this.running.abort();
    this.running = new AbortController();
  }
}
