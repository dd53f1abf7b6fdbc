import type { Found } from './work.ts';

/** The changes that must and that may be found. */
export interface Changes {
  /** Those that were acknowledged. */
  readonly acknowledged: ReadonlySet<string>;
  /** Those that had begun and of which nobody knows the end. */
  readonly inDoubt: ReadonlySet<string>;
  /** How many records the database was filled with. */
  readonly old: number;
}

/** What is not as it was promised, in words. */
export function problemsOf(found: Found, { acknowledged, inDoubt, old }: Changes): string[] {
  const lost = [...acknowledged].filter((id) => !found.whole.has(id));
  const strange = [...found.whole].filter((id) => !acknowledged.has(id) && !inDoubt.has(id));
  return [
    ...lost.map((id) => `${id} was acknowledged and is lost`),
    ...strange.map((id) => `${id} is there and nobody was about to make it`),
    ...found.half.map((id) => `${id} is half there`),
    ...(found.counter === found.whole.size ? [] : [`${found.whole.size} changes were counted as ${found.counter}`]),
    ...(found.running <= 1 ? [] : [`${found.running} records run`]),
    ...(found.old === old ? [] : [`of ${old} older records ${found.old} are there`]),
  ];
}
