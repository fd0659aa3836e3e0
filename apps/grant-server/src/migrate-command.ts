import { migrate, pgDatabase } from '@ossgrant/grant-handler/postgres';
import { ConfigurationError } from './configuration.ts';

/**
 * Brings the tables of `DATABASE_URL` up to date: what a deployment runs once, before the first process of a new version. It needs
 * no other variable, and no right to sign.
 *
 * @returns text for the operator
 * @throws ConfigurationError
 */
export async function migrateCommand(env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const { DATABASE_URL: url } = env;
  if (url === undefined || !/^postgres(?:ql)?:\/\//.test(url)) {
    throw new ConfigurationError(
      'DATABASE_URL must start with "postgres://"; a server without a database migrates its folder when it starts',
    );
  }
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({ connectionString: url, max: 1, connectionTimeoutMillis: 10_000 });
  // The failed query says it, too.
  pool.on('error', () => {});
  try {
    await migrate(pgDatabase(pool));
  } finally {
    await pool.end();
  }
  return 'the tables are up to date';
}
