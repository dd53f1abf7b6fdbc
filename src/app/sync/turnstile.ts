import type { Breathe } from '../../core/ports.ts';

/**
 * Lets those that come at the same time on one by one, each in a turn of the event loop of its own. Several commits
 * and several answers of Jira often end in one turn; what their records do next would then be one long stretch for the
 * process, which other extensions share.
 */
export class Turnstile {
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly breathe: Breathe) {}

  /** Resolves when everybody who came earlier has had a turn. */
  pass(): Promise<void> {
    this.last = this.last.then(() => this.breathe());
    return this.last;
  }
}
