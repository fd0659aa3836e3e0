import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Store, TokenKey } from '@ossgrant/grant-handler';
import {
  createPostgresOutbox,
  createPostgresStore,
  migrate,
  pgDatabase,
  pgliteDatabase,
} from '@ossgrant/grant-handler/postgres';
import type { WebhookOutbox } from '@ossgrant/grant-handler/webhooks';
import type { Configuration } from './configuration.ts';
import { takeLock } from './lock-file.ts';

/** A store and what must be closed with it. */
export interface OpenStore {
  readonly store: Store;
  readonly outbox: WebhookOutbox;
  readonly tokenKeys: readonly TokenKey[];
  close(): Promise<void>;
}

/** Called with every message for the operator. */
export type Notice = (text: string) => void;

/** Opens the database that the configuration names, and brings its tables up to date. */
export async function openStore(configuration: Configuration, notice: Notice): Promise<OpenStore> {
  const { databaseUrl } = configuration;
  return databaseUrl === undefined
    ? openFolder(configuration, notice)
    : openPostgres(configuration, databaseUrl, notice);
}

async function openPostgres({ tokenKeys = [] }: Configuration, url: string, notice: Notice): Promise<OpenStore> {
  // Loaded when it is needed: either driver takes longer to load than the rest of the server.
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({ connectionString: url, max: 20, connectionTimeoutMillis: 10_000 });
  // Without a listener a restart of the database would end this process.
  pool.on('error', (error) => notice(`the database closed a connection: ${error.message}`));
  const database = pgDatabase(pool);
  await migrate(database);
  const [store, outbox] = [createPostgresStore(database), createPostgresOutbox(database)];
  return { store, outbox, tokenKeys, close: () => pool.end() };
}

async function openFolder(configuration: Configuration, notice: Notice): Promise<OpenStore> {
  const { dataFolder } = configuration;
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  const release = await takeLock(path.join(dataFolder, 'lock'));
  try {
    notice(
      `shares are kept in ${dataFolder} by one process, without waiting for the disk: a power cut can lose the newest or all of them. Set DATABASE_URL for PostgreSQL`,
    );
    const { PGlite } = await import('@electric-sql/pglite');
    const pglite = new PGlite(path.join(dataFolder, 'database'));
    const database = pgliteDatabase(pglite);
    await migrate(database);
    return {
      store: createPostgresStore(database),
      outbox: createPostgresOutbox(database),
      tokenKeys: configuration.tokenKeys ?? (await keptKey(path.join(dataFolder, 'token-key'), notice)),
      async close() {
        await pglite.close();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

async function keptKey(file: string, notice: Notice): Promise<readonly TokenKey[]> {
  try {
    await writeFile(file, randomBytes(32), { flag: 'wx', mode: 0o600 });
    notice(`a token key was made in ${file}: keep a copy, as without it every share ends`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return [{ version: 1, key: await readFile(file) }];
}
