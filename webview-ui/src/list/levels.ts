/* Where weeks, groups and records stand below each other, for screen readers. Pure. */
import type { Outline, WeekHead } from '../../../src/protocol/list.ts';

/** Of a heading or a record: its depth in the list, from 1, and its place among those beside it, from 1. */
export interface Standing {
  readonly level: number;
  readonly position: number;
  readonly size: number;
}

/** The number of each week's first group. */
const starts = new WeakMap<Outline, readonly number[]>();

function startsOf(outline: Outline): readonly number[] {
  const known = starts.get(outline);
  if (known !== undefined) return known;
  let next = 0;
  const found = outline.weeks.map(({ days }) => {
    next += days;
    return next - days;
  });
  starts.set(outline, found);
  return found;
}

/** The week that a group stands in, by its number; -1: none. */
function weekOf(all: readonly number[], group: number): number {
  let [low, high] = [0, all.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    if ((all[middle] ?? 0) <= group) low = middle + 1;
    else high = middle - 1;
  }
  return high;
}

export function weekStanding(outline: Outline, week: WeekHead): Standing {
  return { level: 1, position: outline.weeks.indexOf(week) + 1, size: outline.weeks.length };
}

/** @param group number of the group in the outline */
export function groupStanding(outline: Outline, group: number): Standing {
  const all = startsOf(outline);
  const week = weekOf(all, group);
  const size = outline.weeks[week]?.days;
  if (size === undefined) return { level: 1, position: group + 1, size: outline.groups.length };
  return { level: 2, position: group - (all[week] ?? 0) + 1, size };
}
