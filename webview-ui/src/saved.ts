import * as v from 'valibot';

/** What the editor keeps for the view while it is not loaded. */
const Saved = v.object({
  scroll: v.pipe(v.number(), v.finite(), v.minValue(0)),
  activeRecord: v.nullable(v.string()),
});
export type Saved = v.InferOutput<typeof Saved>;

export function parseSaved(value: unknown): Saved {
  const result = v.safeParse(Saved, value);
  return result.success ? result.output : { scroll: 0, activeRecord: null };
}
