export { createPostgresOutbox } from './create-postgres-outbox.ts';
export { createPostgresStore } from './create-postgres-store.ts';
export { pgDatabase, pgliteDatabase } from './database.ts';
export type { Database, PgLike, PgliteLike, Statement } from './database.ts';
export { migrate } from './migrate.ts';
