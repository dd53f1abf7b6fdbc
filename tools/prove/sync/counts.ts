/** What happened in the schedules, by kind. */
export class Counts {
  readonly #numbers = new Map<string, number>();

  add(what: string, times = 1): void {
    this.#numbers.set(what, this.of(what) + times);
  }

  of(what: string): number {
    return this.#numbers.get(what) ?? 0;
  }

  addAll(other: Counts): void {
    for (const [what, times] of other.#numbers) this.add(what, times);
  }

  /** The kinds that begin with these words, without them, by name. */
  under(words: string): readonly (readonly [string, number])[] {
    return [...this.#numbers]
      .filter(([what]) => what.startsWith(words))
      .map(([what, times]) => [what.slice(words.length), times] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }

  total(words: string): number {
    return this.under(words).reduce((sum, [, times]) => sum + times, 0);
  }
}
