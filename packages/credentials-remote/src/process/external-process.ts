import type { CredentialSource, FetchContext, FetchedCredentials } from '@ossgrant/signer-core';
import { CredentialError } from '@ossgrant/signer-core';
import { field, parseBody, readKey } from '../key-answer.ts';
import { runProgram } from './run-program.ts';
import { splitCommand } from './split-command.ts';

/** Options of `externalProcess`. */
export interface ExternalProcessOptions {
  /** The program and its arguments: a list, or text that is split at white space, with quotes. No shell sees it. */
  readonly command: string | readonly string[];
  /** In milliseconds; the program is killed then. @default 20000 */
  readonly timeoutMs?: number;
  /** Longest answer that is read. @default 65536 */
  readonly maxBytes?: number;
  /** What the program gets, too. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * A source that runs a program, which writes JSON to its standard output: as for the Alibaba Cloud CLI,
 * `{"mode": "AK" | "StsToken", "access_key_id", "access_key_secret", "sts_token", "expiration"}`, or as for the OSS SDKs,
 * `{"AccessKeyId", "AccessKeySecret", "SecurityToken", "Expiration"}`.
 *
 * `ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS` set to `1` or `true` forbids it: the fetch then throws `INVALID_CONFIG`.
 *
 * @throws TypeError for a command that is empty or has an open quote
 */
export function externalProcess(options: ExternalProcessOptions): CredentialSource {
  const name = 'external-process';
  const { command } = options;
  const argv = typeof command === 'string' ? splitCommand(command) : [...command];
  if (argv[0] === undefined || argv[0] === '') throw new TypeError('the command is empty');
  if (argv.some((word) => word.includes('\0'))) throw new TypeError('the command has a NUL character');
  return {
    name,
    async fetch({ signal }: FetchContext): Promise<FetchedCredentials> {
      const env = options.env ?? process.env;
      if (/^(1|true)$/i.test(env['ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS']?.trim() ?? '')) {
        throw new CredentialError(`${name}: forbidden by ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS`, {
          code: 'INVALID_CONFIG',
          retryable: false,
        });
      }
      const { timeoutMs = 20_000, maxBytes = 65_536 } = options;
      const body = parseBody(await runProgram({ argv, env, timeoutMs, maxBytes, signal }), name);
      return readKey(asIssued(body), { name });
    },
  };
}

/** The CLI's names, turned into those of everybody else. */
function asIssued(body: unknown): unknown {
  if (field(body, 'access_key_id') === undefined) return body;
  const mode = field(body, 'mode');
  const isKey = typeof mode === 'string' && mode.toLowerCase() === 'ak';
  return {
    AccessKeyId: field(body, 'access_key_id'),
    AccessKeySecret: field(body, 'access_key_secret'),
    SecurityToken: isKey ? undefined : field(body, 'sts_token'),
    Expiration: field(body, 'expiration'),
  };
}
