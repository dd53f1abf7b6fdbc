/** Numbers are printed with one decimal, texts as they are. */
export type Cell = string | number;
export type Row = Readonly<Record<string, Cell>>;

export interface Table {
  /** What was measured and in which unit. */
  readonly title: string;
  /** The columns that say what a row is of; the others are figures. */
  readonly keys: readonly string[];
  readonly rows: readonly Row[];
}

export interface Scale {
  /** Small numbers, to try the measurement itself. */
  readonly short: boolean;
}

/** What can be measured alone: `npm run bench -- <name>`. */
export interface Part {
  readonly name: string;
  readonly run: (scale: Scale) => Promise<readonly Table[]>;
}

/** What is no measurement, in words: an empty table, and figures that are no finite numbers. */
export function holes(tables: readonly Table[]): readonly string[] {
  return tables.flatMap(({ title, keys, rows }) => {
    if (rows.length === 0) return [`"${title}" has no rows`];
    return rows.flatMap((row) =>
      Object.entries(row)
        .filter(([column, cell]) => !keys.includes(column) && !Number.isFinite(cell))
        .map(([column, cell]) => `"${title}" has ${cell} as ${column} of ${keys.map((key) => row[key]).join(', ')}`),
    );
  });
}

/** The tables in Markdown, each below its title. */
export function markdownOf(tables: readonly Table[]): string {
  return tables.map(({ title, rows }) => `${title}\n\n${tableOf(rows)}`).join('\n\n');
}

function tableOf(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const body = rows.map((row) => line(columns.map((column) => printed(row[column]))));
  return [line(columns), line(columns.map(() => '---')), ...body].join('\n');
}

/** A cell as the tables show it. */
export function printed(cell: Cell | undefined): string {
  if (cell === undefined) return '';
  if (typeof cell === 'string') return cell.replaceAll('|', '\\|');
  return Number.isInteger(cell) ? String(cell) : cell.toFixed(cell < 1 ? 2 : 1);
}

/** The middle one of several measurements. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
