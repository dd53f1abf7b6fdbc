/** The records of a sync that have not ended; told after each of many thousands without copying the rest. */
export class Waiting {
  private readonly all: ReadonlySet<string>;
  /** Which one ended as which, from 0. */
  private readonly ended = new Map<string, number>();

  constructor(ids: readonly string[]) {
    this.all = new Set(ids);
  }

  /** How many have ended. */
  get done(): number {
    return this.ended.size;
  }

  end(id: string): void {
    if (this.all.has(id) && !this.ended.has(id)) this.ended.set(id, this.ended.size);
  }

  /** Those that wait at this moment; what ends later does not change it. */
  now(): Pick<ReadonlySet<string>, 'has'> {
    const { done } = this;
    return { has: (id) => this.all.has(id) && (this.ended.get(id) ?? done) >= done };
  }
}
