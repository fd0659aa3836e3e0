import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isLoopback, readLimited } from '@ossgrant/credentials-core/internal';
import { CliError, EXIT, type ExitCode, usageError } from '../failure/cli-error.ts';
import type { OptionTable, OptionValues, ProcessContext } from '../verb.ts';
import { proxiedFetch } from './proxy.ts';

/** Options of verbs that call a grant server. */
export const SERVER_OPTIONS = {
  server: {
    type: 'text',
    value: 'URL',
    help: 'grant server, such as https://files.example.com (default: OSSGRANT_SERVER)',
  },
} as const satisfies OptionTable;

/** A grant server, and the owner's right to use it. */
export interface GrantServer {
  /** Calls the API and returns the body. @throws CliError for a refusal */
  call<T>(method: 'GET' | 'POST' | 'PATCH', path: string, body?: object): Promise<T>;
}

type Process = Pick<ProcessContext, 'env' | 'cwd' | 'signal'>;

/**
 * Opens the server of `--server` or OSSGRANT_SERVER with the API key of OSSGRANT_API_KEY, or of the file that OSSGRANT_API_KEY_FILE
 * names. There is no option for the key: other users of a machine can read command lines.
 *
 * @throws CliError when one is missing, or is not safe to use
 */
export async function grantServer(
  options: OptionValues<typeof SERVER_OPTIONS>,
  { env, cwd, signal }: Process,
): Promise<GrantServer> {
  const base = serverUrl(options.server ?? env['OSSGRANT_SERVER'] ?? '');
  const key = apiKey(env, cwd);
  const send = await proxiedFetch(env);
  return {
    async call<T>(method: string, path: string, body?: object): Promise<T> {
      const response = await send(`${base}${path}`, {
        method,
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // The key is for this server and no other.
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      }).catch((cause: unknown) => {
        signal.throwIfAborted();
        throw new CliError(EXIT.failure, `${new URL(base).host} could not be reached`, {
          fix: 'check --server, the network and HTTPS_PROXY',
          cause,
        });
      });
      const { bytes, truncated } = await readLimited(response.body, MAX_BODY_BYTES);
      const value = parsed(new TextDecoder().decode(bytes));
      if (response.ok && !truncated && value !== undefined) return value as T;
      throw refusal(new URL(base).host, response.status, value);
    },
  };
}

const TIMEOUT_MS = 60_000;
// A page of 1,000 shares of 1,000 keys each does not exist in practice.
const MAX_BODY_BYTES = 1 << 26;
const MAX_KEY_BYTES = 1024;

function serverUrl(text: string): string {
  if (text === '') throw usageError('the grant server is missing', 'give --server URL, or set OSSGRANT_SERVER');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || `${url.search}${url.hash}${url.username}` !== '') {
    throw usageError('--server is not the address of a server', 'for example https://files.example.com');
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw usageError('an API key is not sent over plain http, where others could read it', 'use https');
  }
  return url.href.endsWith('/') ? url.href.slice(0, -1) : url.href;
}

function apiKey(env: ProcessContext['env'], cwd: string): string {
  const file = env['OSSGRANT_API_KEY_FILE'] ?? '';
  const key = (env['OSSGRANT_API_KEY'] ?? (file === '' ? '' : readPrivate(resolve(cwd, file)))).trim();
  if (key === '') {
    throw new CliError(EXIT.credentials, 'the API key of the grant server is missing', {
      fix: 'set OSSGRANT_API_KEY, or OSSGRANT_API_KEY_FILE to a file that only you can read',
    });
  }
  // Anything else would be refused by fetch in words that quote it.
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw new CliError(EXIT.credentials, 'the API key of the grant server holds characters that no key has', {
    fix: 'copy it again: it begins with ogk_',
  });
}

// Checked on the open file: a path may be another file's a moment later.
function readPrivate(path: string): string {
  let fd: number | undefined;
  try {
    // Not waiting for a writer, should it be a pipe.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const { mode, uid, size } = fstatSync(fd);
    const isPrivate = process.getuid === undefined || ((mode & 0o077) === 0 && uid === process.getuid());
    if (!isPrivate || (mode & constants.S_IFMT) !== constants.S_IFREG || size > MAX_KEY_BYTES) {
      throw new CliError(EXIT.credentials, `${path} is not a file of yours that only you can read`, {
        fix: `chmod 600 ${path}`,
      });
    }
    return readFileSync(fd, 'utf8');
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    throw new CliError(EXIT.credentials, `OSSGRANT_API_KEY_FILE: ${path} cannot be read (${code})`, { cause });
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const EXITS: Readonly<Record<string, ExitCode>> = {
  unauthenticated: EXIT.credentials,
  'not-allowed': EXIT.policyDenies,
  'life-too-long': EXIT.policyDenies,
  'not-found': EXIT.notFound,
  'invalid-request': EXIT.usage,
};
const FIXES: Readonly<Record<string, string>> = {
  unauthenticated: 'check OSSGRANT_API_KEY: it may have been revoked',
  'share-revoked': 'make a new share',
  'rate-limited': 'wait, then try again',
};

function refusal(host: string, status: number, value: unknown): CliError {
  const { code, detail, requestId } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof code !== 'string' || typeof detail !== 'string') {
    return new CliError(EXIT.failure, `${host} does not respond as a grant server does (status ${status})`, {
      fix: 'check --server',
    });
  }
  const id = typeof requestId === 'string' && EXITS[code] === undefined ? ` (request ${requestId})` : '';
  return new CliError(EXITS[code] ?? EXIT.failure, `${detail}${id}`, { fix: FIXES[code] });
}
