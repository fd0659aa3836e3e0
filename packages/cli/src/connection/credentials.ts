import {
  CredentialError,
  type CredentialInput,
  type CredentialSource,
  type FetchContext,
  toProvider,
  type Clock,
} from '@ossgrant/credentials-core';
import type { DefaultChain } from '@ossgrant/credentials-default';
import { fromEnvironment } from '@ossgrant/credentials-static';
import type { Surroundings } from '../verb.ts';
import { proxiedFetch } from './proxy.ts';

/** Whose key it is, and where it is looked for. */
export interface CredentialOptions {
  readonly profile?: string | undefined;
  readonly env: Surroundings['env'];
}

const KEY_VARIABLE =
  /^(OSS_(ACCESS_KEY_(ID|SECRET)|SESSION_TOKEN)|ALIBABA_CLOUD_(ACCESS_KEY_(ID|SECRET)|SECURITY_TOKEN))$/;

/**
 * The default chain: environment, OIDC, profile files, URI, ECS. A profile that is asked for by option wins over keys in the
 * environment.
 */
export function credentialSource({ profile, env }: CredentialOptions): CredentialSource {
  if (profile !== undefined) return wholeChain({ profile, env });
  const environment = fromEnvironment({ env });
  return {
    name: 'default-chain',
    async fetch(context) {
      try {
        return await environment.fetch(context);
      } catch (error) {
        // The chain's first link is asked before the chain is loaded, which takes longer than to sign.
        if (!isNotConfigured(error)) throw error;
        return wholeChain({ env }).fetch(context);
      }
    },
  };
}

/**
 * The same for a command that starts often: keys of the environment as they are, for they do not change while it runs and need
 * no cache, which takes as long as to sign.
 *
 * @throws CredentialError `INVALID_CONFIG` when they are there in part
 */
export async function credentialInput(options: CredentialOptions, context: FetchContext): Promise<CredentialInput> {
  if (options.profile !== undefined) return credentialSource(options);
  try {
    return await fromEnvironment({ env: options.env }).fetch(context);
  } catch (error) {
    if (!isNotConfigured(error)) throw error;
    return wholeChain({ env: options.env });
  }
}

function isNotConfigured(error: unknown): boolean {
  return error instanceof CredentialError && error.code === 'NOT_CONFIGURED';
}

function wholeChain(options: CredentialOptions): CredentialSource {
  return {
    name: 'default-chain',
    fetch: async (context) => (await describedChain(options)).fetch(context),
  };
}

/** The same chain, which tells what became of its links. */
export async function describedChain({ profile, env }: CredentialOptions): Promise<DefaultChain> {
  const { defaultChain } = await import('@ossgrant/credentials-default');
  const withFetch = { fetch: await proxiedFetch(env) };
  if (profile === undefined) return defaultChain({ ...withFetch, env });
  const others = Object.fromEntries(Object.entries(env).filter(([name]) => !KEY_VARIABLE.test(name)));
  return defaultChain({ ...withFetch, profile, env: others });
}

/**
 * Credentials by the default chain, asked for now. A key without an end is given as it is: it would be the same when it is
 * looked for again, so its refusal is final.
 *
 * @throws CredentialError
 */
export async function settledCredentials(options: CredentialOptions, signal: AbortSignal): Promise<CredentialInput> {
  const provider = toProvider(credentialSource(options));
  const credentials = await provider.getCredentials({ signal });
  return credentials.expiration === undefined ? credentials : provider;
}

/** The machine's clocks. `performance`, which the default one reads, takes a start a few milliseconds to load. */
export const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => Number(process.hrtime.bigint()) / 1e6,
};
