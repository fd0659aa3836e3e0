import type { Database } from './database.ts';
import { FUNCTIONS } from './functions.ts';
import { TABLES } from './tables.ts';
import { COLLECT_WEBHOOKS, WEBHOOK_TABLES } from './webhook-tables.ts';

/** In order; a released one is never changed. */
const MIGRATIONS: readonly string[] = [`${TABLES}${FUNCTIONS}`, `${WEBHOOK_TABLES}${COLLECT_WEBHOOKS}`];

// Any number will do that other users of the database are unlikely to choose.
const LOCK = 7_264_001;

/**
 * Brings the database's tables and functions up to date. Several processes may call it at once: one statement holds an
 * advisory lock, so the others wait and then find the work done.
 *
 * @throws what the driver throws, such as for a role that may not create tables
 */
export async function migrate(database: Database): Promise<void> {
  const steps = MIGRATIONS.map(
    (text, index) => `
  if not exists (select from grant_migration where version = ${index + 1}) then
    execute $migration$${text}$migration$;
    insert into grant_migration (version, applied_at) values (${index + 1}, now());
  end if;`,
  );
  await database.query(
    {
      text: `do $do$ begin
  perform pg_advisory_xact_lock(${LOCK});
  if to_regclass('grant_migration') is null then
    create table grant_migration (version integer primary key, applied_at timestamptz not null);
  end if;${steps.join('')}
end $do$`,
    },
    [],
  );
}
