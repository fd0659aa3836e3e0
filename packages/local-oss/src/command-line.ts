import { resolve } from 'node:path';
import { defined } from '@ossgrant/credentials-core/internal';
import type { LocalOssOptions } from './local-oss.ts';

/** One option of a command that starts a server: it parses the option, shows it in the help and completes it. */
export interface LocalOssOption {
  /** A flag takes no value. */
  readonly type: 'flag' | 'text';
  /** How the help names the value, such as `NUMBER`. */
  readonly value?: string;
  /** What a shell may complete. */
  readonly completes?: 'folder';
  /** Its line in the help. */
  readonly help: string;
}

/** Options of every command that starts a server, by their long names without the dashes. */
export const LOCAL_OSS_OPTIONS = {
  seed: {
    type: 'text',
    value: 'FOLDER',
    completes: 'folder',
    help: 'copy objects from this folder; each folder in it becomes a bucket',
  },
  directory: {
    type: 'text',
    value: 'FOLDER',
    completes: 'folder',
    help: 'store objects here (default: in memory)',
  },
  port: { type: 'text', value: 'NUMBER', help: 'port to listen on (default: any free port)' },
  host: {
    type: 'text',
    value: 'ADDRESS',
    help: 'address to listen on (default: 127.0.0.1, which other machines cannot reach)',
  },
  hostname: { type: 'text', value: 'NAME', help: 'also serve requests for this host name' },
  https: { type: 'flag', help: 'also listen with TLS, on a free port' },
  'refuse-v1': { type: 'flag', help: 'refuse V1 signatures, as the cloud does for new buckets' },
  requests: { type: 'flag', help: 'show each request on stderr, and why it was refused' },
} as const;

/** The given values of `LOCAL_OSS_OPTIONS`. */
export type LocalOssValues = {
  readonly [Name in keyof typeof LOCAL_OSS_OPTIONS]?:
    | ((typeof LOCAL_OSS_OPTIONS)[Name]['type'] extends 'flag' ? boolean : string)
    | undefined;
};

/**
 * The server options of a command line. `--requests` is left to the command, which knows where to print.
 *
 * @param cwd folder that relative folders are resolved against
 * @throws RangeError for a port that is not valid
 */
export function localOssOptions(values: LocalOssValues, cwd: string): LocalOssOptions {
  const { port = '0', host, hostname, seed, directory } = values;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new RangeError(`--port "${port}" is not a valid port: use a number from 0 to 65535`);
  }
  return {
    port: Number(port),
    https: values.https === true,
    v1: values['refuse-v1'] === true ? 'refuse' : 'accept',
    ...defined({
      host,
      hosts: hostname === undefined ? undefined : [hostname],
      directory: inFolder(cwd, directory),
      seed: inFolder(cwd, seed),
    }),
  };
}

function inFolder(cwd: string, folder: string | undefined): string | undefined {
  return folder === undefined ? undefined : resolve(cwd, folder);
}
