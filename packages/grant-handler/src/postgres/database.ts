/** One SQL statement. */
export interface Statement {
  /** Under which a connection keeps the prepared statement. @default not kept */
  readonly name?: string;
  /** One statement, with parameters `$1`, `$2` and so on. */
  readonly text: string;
}

/** What the store needs of a driver. Each query is a transaction of its own, so any connection of a pool will do. */
export interface Database {
  /** Runs one statement with its parameters `$1`, `$2` and so on. @returns its rows: text, numbers, booleans and nulls */
  query(statement: Statement, values: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  /** Whether one query runs at a time, so that a second one under way would wait instead of gathering a batch. @default false */
  readonly serial?: boolean;
}

/** What is used of a `Pool` or `Client` of the package `pg`. */
export interface PgLike {
  /** With `name` the driver prepares the statement once on each connection. */
  query(config: { name?: string; text: string; values: unknown[] }): Promise<{ rows: Record<string, unknown>[] }>;
}

/**
 * A database by `pg`. Statements are named, which about doubles their rate. The pool stays the caller's: give it a
 * listener of `error`, as without one a restart of the database ends the process.
 */
export function pgDatabase(pool: PgLike): Database {
  return {
    async query({ name, text }, values) {
      const config = { text, values: [...values] };
      return (await pool.query(name === undefined ? config : { ...config, name })).rows;
    },
  };
}

/** What is used of `PGlite`. */
export interface PgliteLike {
  /** Parameters are `$1`, `$2` and so on. */
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

/** A database by PGlite, PostgreSQL inside this process. It stays the caller's. */
export function pgliteDatabase(pglite: PgliteLike): Database {
  return {
    serial: true,
    async query({ text }, values) {
      return (await pglite.query(text, [...values])).rows as Record<string, unknown>[];
    },
  };
}
