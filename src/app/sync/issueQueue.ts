import type { Clock, Sleep } from '../../core/ports.ts';
import { paceWait, stillCounting } from '../../core/sync/pace.ts';

interface Lane {
  tail: Promise<void>;
  writes: readonly number[];
}

/** One write at a time for each issue, no faster than Jira's limit on writes to one issue. */
export class IssueQueue {
  private readonly lanes = new Map<string, Lane>();

  constructor(
    private readonly clock: Clock,
    private readonly sleep: Sleep,
  ) {}

  /** Runs `write` when every earlier write to `issue` has ended. */
  async run<T>(issue: string, write: () => Promise<T>): Promise<T> {
    const lane = this.lane(issue);
    const before = lane.tail;
    let release: () => void = () => undefined;
    lane.tail = new Promise((resolve) => {
      release = resolve;
    });
    try {
      await before;
      await this.pace(lane);
      return await write();
    } finally {
      release();
    }
  }

  private lane(issue: string): Lane {
    const known = this.lanes.get(issue);
    if (known !== undefined) return known;
    const lane: Lane = { tail: Promise.resolve(), writes: [] };
    this.lanes.set(issue, lane);
    return lane;
  }

  private async pace(lane: Lane): Promise<void> {
    const wait = paceWait(lane.writes, this.clock.now());
    if (wait > 0) await this.sleep(wait);
    const now = this.clock.now();
    lane.writes = [...stillCounting(lane.writes, now), now];
  }
}
