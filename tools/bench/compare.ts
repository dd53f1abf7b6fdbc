import * as v from 'valibot';
import { type Cell, markdownOf, printed, type Row, type Table } from './part.ts';

const Measured = v.object({
  command: v.string(),
  machine: v.string(),
  parts: v.array(
    v.object({
      part: v.string(),
      tables: v.array(
        v.object({ title: v.string(), rows: v.array(v.record(v.string(), v.union([v.string(), v.number()]))) }),
      ),
    }),
  ),
});

/** What `--json` wrote of an earlier run. */
type Measured = v.InferOutput<typeof Measured>;

/** What a run measured in one part. */
export interface PartMeasured {
  readonly part: string;
  readonly tables: readonly Table[];
}

interface Run {
  readonly command: string;
  readonly machine: string;
  readonly parts: readonly PartMeasured[];
}

/** @throws when the text is not what `--json` writes */
export function parseMeasured(json: string): Measured {
  return v.parse(Measured, JSON.parse(json));
}

/** Each figure that both runs have, as `before → after`, below the commands that measured them. */
export function comparison(before: Measured, after: Run): string {
  const parts = after.parts.flatMap(({ part, tables }) => {
    const older = before.parts.find((each) => each.part === part)?.tables ?? [];
    const both = tables.flatMap((table) => {
      const rows = bothRows(older.find(({ title }) => title === table.title)?.rows ?? [], table);
      return rows.length === 0 ? [] : [{ ...table, rows }];
    });
    return both.length === 0 ? [] : [`### ${part}\n\n${markdownOf(both)}`];
  });
  const runs = [`Before: \`${before.command}\`, ${before.machine}.`, `After: \`${after.command}\`, ${after.machine}.`];
  return [runs.join('  \n'), ...parts].join('\n\n');
}

function bothRows(older: readonly Row[], { rows, keys }: Table): readonly Row[] {
  const nameOf = (row: Row) => JSON.stringify(keys.map((key) => row[key]));
  return rows.flatMap((row) => {
    const old = older.find((each) => nameOf(each) === nameOf(row));
    return old === undefined ? [] : [bothFigures(old, row, keys)];
  });
}

function bothFigures(old: Row, row: Row, keys: readonly string[]): Row {
  const cells = Object.entries(row).flatMap(([column, cell]): [string, Cell][] => {
    if (keys.includes(column)) return [[column, cell]];
    const was = old[column];
    return was === undefined ? [] : [[column, `${printed(figure(was))} → ${printed(cell)}`]];
  });
  return Object.fromEntries(cells);
}

/** Some runs wrote their figures down as they printed them. */
function figure(cell: Cell): Cell {
  return typeof cell === 'string' && /^\d+\.\d$/.test(cell) ? Number(cell) : cell;
}
