#!/usr/bin/env node
import { createApiKeys } from '@ossgrant/grant-handler';
import { pino } from 'pino';
import { auditCommand } from './audit-command.ts';
import { type Configuration, ConfigurationError, readConfiguration } from './configuration.ts';
import { startDemo } from './demo.ts';
import { keysCommand } from './keys-command.ts';
import { FolderInUseError } from './lock-file.ts';
import { migrateCommand } from './migrate-command.ts';
import { openStore, type OpenStore } from './open-store.ts';
import { type RunningServer, startServer } from './start-server.ts';
import { webhooksCommand } from './webhooks-command.ts';

const USAGE = `Usage: grant-server [--demo]
       grant-server keys make|list|revoke ...
       grant-server audit verify|export|prune ...
       grant-server webhooks list|retry ...
       grant-server migrate

Serves shares and temporary credentials of Alibaba Cloud OSS. Everything is configured by the environment:

  GRANT_BUCKETS          buckets whose objects may be shared, separated by commas (required)
  OSS_REGION             region of the buckets (or OSS_ENDPOINT)
  GRANT_PUBLIC_URL       where recipients reach the server; required unless HOST is a loopback address
  HOST, PORT             127.0.0.1 and 8787
  DATABASE_URL           postgres://...; without it one process keeps its data in GRANT_DATA
  GRANT_TOKEN_KEYS       "1:" and 32 random bytes in base64, newest first; required with DATABASE_URL
  GRANT_ROLE_ARN         role of temporary credentials; without it there are none
  GRANT_HOSTS            what links may name instead of the usual host: internal, accelerate, https://files.example.com
  GRANT_ORIGINS          origins of pages that may read answers, separated by commas
  GRANT_TRUSTED_PROXIES  addresses or networks whose X-Forwarded-For counts
  GRANT_JWT_ISSUER, GRANT_JWT_AUDIENCE, GRANT_JWT_JWKS_URL, GRANT_JWT_SCOPES
                         accept tokens of a sign-in; scopes are "editor=my-bucket/reports/=30", by role
  GRANT_AUDIT_KEY or GRANT_AUDIT_KEY_FILE, GRANT_AUDIT_ANCHORS
                         sign the audit log's heads each minute, into a file, "stdout" or "oss://my-bucket/anchors/"
  GRANT_WEBHOOK_URL, GRANT_WEBHOOK_SECRETS, GRANT_WEBHOOK_NETWORKS
                         announce uses, changes and ends of shares there, signed; private networks must be named
  LOG_LEVEL              debug, info, warn, error or silent

Credentials come from the default chain: ALIBABA_CLOUD_ACCESS_KEY_ID and so on.
The console, a page for owners, is at /console; on a terminal the server prints an address that signs in once.
"migrate" brings the tables of DATABASE_URL up to date, which each start does, too; it needs no other variable.
--demo starts a local OSS beside it, and prints such an address, an API key and a command to try.
`;

type Env = Readonly<Record<string, string | undefined>>;

async function main(args: readonly string[], env: Env): Promise<void> {
  const [verb] = args;
  if (verb === '--help' || verb === '-h') {
    process.stdout.write(USAGE);
    return;
  }
  if (verb === 'audit') {
    const { text, failed } = await auditCommand(args.slice(1), env, writeOut);
    if (text !== '') await writeOut(`${text}\n`);
    if (failed) process.exitCode = 1;
    return;
  }
  if (verb === 'migrate') {
    await writeOut(`${await migrateCommand(env)}\n`);
    return;
  }
  if (verb !== undefined && verb !== 'keys' && verb !== 'webhooks' && verb !== '--demo') {
    throw new ConfigurationError(`there is no command "${verb}"\n\n${USAGE}`);
  }
  if (verb === 'keys' || verb === 'webhooks') {
    const opened = await openStore(readConfiguration(env), () => {});
    const rest = args.slice(1);
    try {
      const text = await (verb === 'keys' ? keysCommand(rest, opened.store) : webhooksCommand(rest, opened.outbox));
      if (text !== '') process.stdout.write(`${text}\n`);
    } finally {
      await opened.close();
    }
    return;
  }
  await serve(verb === '--demo', env);
}

/** Waits while the reader of a pipe is slower. */
async function writeOut(text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(text, (error) => (error === undefined || error === null ? resolve() : reject(error)));
  });
}

async function serve(isDemo: boolean, given: Env): Promise<void> {
  const demo = isDemo ? await startDemo() : undefined;
  const env = { ...given, ...demo?.env };
  const configuration = readConfiguration(env);
  const log = pino({ level: configuration.logLevel }, pino.destination({ dest: 2, sync: false }));
  const opened = await openStore(configuration, (text) => log.warn(text));
  const server = await startServer(configuration, opened, log, env).catch(async (error: unknown) => {
    // An open database would keep the process.
    await opened.close();
    throw error;
  });
  log.info({ url: server.url }, 'listening');
  if (demo === undefined && process.stdout.isTTY) await offerSignIn(configuration, opened, server);
  if (demo !== undefined) {
    const scopes = [{ bucket: demo.bucket, prefix: '', longestSeconds: 86_400 * 365 }];
    const made = await createApiKeys(opened).make({ owner: 'demo', name: 'demo', admin: true, scopes }, 'demo');
    const address = await server.signInAddress(made.id);
    if (address !== undefined) process.stdout.write(signInText(address));
    process.stdout.write(`Make a share of the demo's report, and open its "url":

  curl -s ${server.url}/v1/shares -H 'authorization: Bearer ${made.key}' -H 'content-type: application/json' \\
    -d '{"bucket":"${demo.bucket}","key":"reports/report.txt","maxUses":3}'
`);
  }
  const stop = (signal: string): void => {
    log.info({ signal }, 'stopping');
    server
      .close()
      .then(() => demo?.close())
      .catch((error: unknown) => {
        log.error({ error: String(error) }, 'stopping failed');
        process.exitCode = 1;
      });
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
}

const TERMINAL_HOURS = 12;

/** Whoever has the server's terminal may make keys anyway, so the terminal may also sign in without one. */
async function offerSignIn({ buckets }: Configuration, opened: OpenStore, server: RunningServer): Promise<void> {
  const scopes = buckets.map((bucket) => ({ bucket, prefix: '', longestSeconds: 86_400 * 365 }));
  const expiresAt = new Date(Date.now() + TERMINAL_HOURS * 3_600_000);
  const keys = createApiKeys(opened);
  const { id } = await keys.make({ owner: 'terminal', name: 'terminal', admin: true, scopes, expiresAt }, 'terminal');
  const address = await server.signInAddress(id);
  if (address !== undefined) process.stdout.write(signInText(address));
}

function signInText(address: string): string {
  return `Open the console; this address signs in once, within two minutes:\n\n  ${address}\n\n`;
}

// No top-level await: it would keep the file from being loaded with require().
void main(process.argv.slice(2), process.env).catch((error: unknown) => {
  const expected = error instanceof ConfigurationError || error instanceof FolderInUseError;
  process.stderr.write(`grant-server: ${expected ? error.message : String(error)}\n`);
  process.exitCode = expected ? 2 : 1;
});
