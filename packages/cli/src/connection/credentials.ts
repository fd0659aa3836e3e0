import {
  CredentialError,
  type CredentialInput,
  type CredentialSource,
  type FetchContext,
  toProvider,
  type Clock,
} from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';
import type { DefaultChain } from '@ossgrant/credentials-default';
import { fromEnvironment } from '@ossgrant/credentials-static';
import type { ProcessContext } from '../verb.ts';
import { proxiedFetch } from './proxy.ts';

/** Where to find credentials. */
export interface CredentialOptions {
  readonly profile?: string | undefined;
  readonly env: ProcessContext['env'];
}

/**
 * The default chain: environment, OIDC, profile files, URI, ECS. A profile that is asked for by name is the only source, or is an
 * error.
 */
export function credentialSource(options: CredentialOptions): CredentialSource {
  if (namesProfile(options)) return wholeChain(options);
  const { env } = options;
  const environment = fromEnvironment({ env });
  return {
    name: 'default-chain',
    async fetch(context) {
      try {
        return await environment.fetch(context);
      } catch (error) {
        // The chain's first source is tried before the chain is loaded: loading takes longer than signing.
        if (!isNotConfigured(error)) throw error;
        return wholeChain({ env }).fetch(context);
      }
    },
  };
}

/**
 * The same for a command that starts often: keys of the environment are passed on directly, because they cannot change while the
 * command runs. A cache for them would take as long as signing.
 *
 * @throws CredentialError `INVALID_CONFIG` when only some of the variables are set
 */
export async function credentialInput(options: CredentialOptions, context: FetchContext): Promise<CredentialInput> {
  if (namesProfile(options)) return wholeChain(options);
  try {
    return await fromEnvironment({ env: options.env }).fetch(context);
  } catch (error) {
    if (!isNotConfigured(error)) throw error;
    return wholeChain({ env: options.env });
  }
}

function namesProfile({ profile, env }: CredentialOptions): boolean {
  return profile !== undefined || (env['ALIBABA_CLOUD_PROFILE'] ?? '').trim() !== '';
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

/** The default chain, which can describe the result of each source. */
export async function describedChain({ profile, env }: CredentialOptions): Promise<DefaultChain> {
  const { defaultChain } = await import('@ossgrant/credentials-default');
  return defaultChain({ fetch: await proxiedFetch(env), env, ...defined({ profile }) });
}

/**
 * Fetches credentials from the default chain now. A key without an expiration is returned directly: fetching it again would
 * return the same key, so its refusal is final.
 *
 * @throws CredentialError
 */
export async function settledCredentials(options: CredentialOptions, signal: AbortSignal): Promise<CredentialInput> {
  const provider = toProvider(credentialSource(options));
  const credentials = await provider.getCredentials({ signal });
  return credentials.expiration === undefined ? credentials : provider;
}

/** The machine's clocks. The default clock reads `performance`, which costs a start a few milliseconds to load. */
export const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => Number(process.hrtime.bigint()) / 1e6,
};
