/**
 * How often something is tried: `short` in `npm test`, as many times more as `FUZZ_TIMES` says in the long form
 * (`npm run prove:input`).
 */
export function runs(short: number): number {
  const times = Number(process.env.FUZZ_TIMES ?? '1');
  return Math.round(short * (Number.isFinite(times) && times >= 1 ? times : 1));
}
