import { expect, test } from 'vitest';
import { ConfigurationError } from '../src/configuration.ts';
import { migrateCommand } from '../src/migrate-command.ts';

test.each([
  ['no variable', {}],
  ['an empty one', { DATABASE_URL: '' }],
  ['another kind of database', { DATABASE_URL: 'mysql://127.0.0.1/grants' }],
])('with %s it says what to set', async (_, env) => {
  const refused = migrateCommand(env);
  await expect(refused).rejects.toBeInstanceOf(ConfigurationError);
  await expect(refused).rejects.toThrow(/^DATABASE_URL must start with "postgres:\/\/"; a server without/);
});

test('a database that does not answer is a failure that quotes no password', async () => {
  // Nothing listens on port 1.
  const error: unknown = await migrateCommand({ DATABASE_URL: 'postgres://grants:hidden@127.0.0.1:1/grants' }).catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  expect(error).not.toBeInstanceOf(ConfigurationError);
  expect(String(error)).not.toContain('hidden');
});
