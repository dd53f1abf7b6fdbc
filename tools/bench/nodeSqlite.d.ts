/** The part of Node 24's module that the benchmark uses; the types of Node 20 do not know it. */
declare module 'node:sqlite' {
  export type SqlValue = null | number | bigint | string | Uint8Array;
  export interface StatementSync {
    run(...values: SqlValue[]): unknown;
    get(...values: SqlValue[]): Record<string, SqlValue> | undefined;
    all(...values: SqlValue[]): Record<string, SqlValue>[];
  }
  export class DatabaseSync {
    constructor(file: string);
    exec(sql: string): void;
    prepare(sql: string): StatementSync;
    close(): void;
  }
}
