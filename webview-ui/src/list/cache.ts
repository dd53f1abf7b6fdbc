/* The records of the list that have come, by their place. Pure. */
import type { GroupHead, SliceRows } from '../../../src/protocol/list.ts';
import type { RecordRow } from '../../../src/protocol/rows.ts';
import type { Place } from './model.ts';

interface Entry extends Place {
  readonly record: RecordRow;
  /** Of the update that brought it. */
  readonly era: number;
}

export interface RowsUpdate {
  readonly rows: readonly SliceRows[];
  /** Whether rows that came before may be out of date. */
  readonly stale: boolean;
  /** All groups, when they have changed. */
  readonly groups: readonly GroupHead[] | null;
}

export interface RowCache {
  /** Takes what an update brought. Updates are given in the order of their versions. */
  take(update: RowsUpdate): void;
  at(place: Place): RecordRow | undefined;
  placeOf(id: string): Place | undefined;
  /** Whether the record came with, or after, the newest update that made others stale. */
  isFresh(id: string): boolean;
  clear(): void;
  readonly size: number;
}

/** More than this many rows are not kept; a few screens of a large display are far fewer. */
const KEPT = 5_000;

export function createCache(): RowCache {
  const groups = new Map<string, Map<number, Entry>>();
  const byId = new Map<string, Entry>();
  let counts = new Map<string, number>();
  let era = 0;

  const drop = (entry: Entry): void => {
    const rows = groups.get(entry.group);
    if (rows?.get(entry.index) === entry) rows.delete(entry.index);
    if (byId.get(entry.record.id) === entry) byId.delete(entry.record.id);
  };
  const put = (group: string, index: number, record: RecordRow): void => {
    const rows = groups.get(group) ?? new Map<number, Entry>();
    groups.set(group, rows);
    const [there, before] = [rows.get(index), byId.get(record.id)];
    if (there !== undefined) drop(there);
    // A record stands at one place; where it stood before is not known yet.
    if (before !== undefined) drop(before);
    const entry: Entry = { group, index, record, era };
    rows.set(index, entry);
    byId.set(record.id, entry);
  };
  /** Rows of groups that are other groups now, unless this very update brings them. */
  const regroup = (heads: readonly GroupHead[], brought: ReadonlySet<string>): void => {
    const next = new Map(heads.map(({ key, count }) => [key, count] as const));
    for (const [group, rows] of groups) {
      const count = next.get(group) ?? 0;
      const moved = count !== counts.get(group) && !brought.has(group);
      for (const entry of [...rows.values()]) if (moved || entry.index >= count) drop(entry);
      if (rows.size === 0) groups.delete(group);
    }
    counts = next;
  };
  const shrink = (): void => {
    for (const entry of byId.values()) {
      if (byId.size <= KEPT) return;
      drop(entry);
    }
  };

  return {
    take({ rows, stale, groups: heads }) {
      if (stale) era += 1;
      if (heads !== null) regroup(heads, new Set(rows.map(({ group }) => group)));
      for (const { group, from, records } of rows) {
        records.forEach((record, offset) => {
          if (from + offset < (counts.get(group) ?? 0)) put(group, from + offset, record);
        });
      }
      shrink();
    },
    at: ({ group, index }) => groups.get(group)?.get(index)?.record,
    placeOf(id) {
      const entry = byId.get(id);
      return entry === undefined ? undefined : { group: entry.group, index: entry.index };
    },
    isFresh: (id) => byId.get(id)?.era === era,
    clear() {
      groups.clear();
      byId.clear();
      counts = new Map();
    },
    get size() {
      return byId.size;
    },
  };
}
