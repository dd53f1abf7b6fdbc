import fc from 'fast-check';

/** Every place in a JSON value where something else could stand. */
export function placesIn(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, part]) => placesIn(part, [...path, key]))];
}

/** The value with something else at a place; `undefined` removes what an object holds there. */
export function replaced(value: unknown, [first, ...rest]: readonly string[], by: unknown): unknown {
  if (first === undefined) return by;
  if (typeof value !== 'object' || value === null) return value;
  const part = replaced(Reflect.get(value, first), rest, by);
  if (Array.isArray(value)) return value.map((item: unknown, index) => (String(index) === first ? part : item));
  return { ...value, [first]: part };
}

/** What is of a wrong type, too long, too deep, out of range or only looks right. */
export const wrongParts: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, true, -1, 0.5, 1e300, Number.NaN, '', ' ', 'x', [], {}, [null], [[]]),
  fc.constantFrom<unknown>('2026-13-45T99:99:99.000+0000', '25:00', '../../x', '<img src=x onerror=alert(1)>'),
  fc.constantFrom<unknown>('\u0000', '\ud800', '__proto__', 'x'.repeat(5_000), Array(500).fill({ id: '1' })),
  fc.jsonValue(),
  fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withSparseArray: true }),
);

/** Good values of which one part, or the whole, is wrong, or that have a part too many. */
export function nearly(good: readonly unknown[], wrong: fc.Arbitrary<unknown> = wrongParts): fc.Arbitrary<unknown> {
  return fc.constantFrom(...good).chain((value) => {
    const inside = placesIn(value);
    const places = [...inside, ...inside.map((path) => [...path, 'extra'])];
    return fc.tuple(fc.constantFrom(...places), wrong).map(([path, by]) => replaced(value, path, by));
  });
}
