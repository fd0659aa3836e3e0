import { snapshotCredentials, systemClock, type Credentials } from '@ossgrant/signer-core';
import { credentialSource } from '../../connection/credentials.ts';
import type { Surroundings } from '../../context.ts';
import type { SentRequest } from './read-request.ts';

/**
 * The secret that a request was signed with, if this machine has it: with it a guess becomes a proof. Another key's secret
 * would prove nothing, and a machine without any is no failure.
 */
export async function signerOf(
  request: SentRequest,
  { env, signal, profile }: Pick<Surroundings, 'env' | 'signal'> & { readonly profile: string | undefined },
): Promise<Credentials | undefined> {
  const source = credentialSource({
    profile,
    // The role of an instance has a new key every few hours: asking for it costs a second and seldom helps.
    env: { ...env, ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true' },
  });
  try {
    const credentials = snapshotCredentials(await source.fetch({ signal, clock: systemClock }));
    return keyIdOf(request) === credentials.accessKeyId ? credentials : undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (profile !== undefined) throw error;
    return undefined;
  }
}

function keyIdOf({ url, headers }: SentRequest): string | undefined {
  const query = new URLSearchParams(url.slice(url.indexOf('?') + 1));
  const authorization = Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization')?.[1] ?? '';
  const credential = query.get('x-oss-credential') ?? /Credential=([^,\s]+)/.exec(authorization)?.[1];
  return (
    credential?.split('/')[0] ??
    query.get('OSSAccessKeyId') ??
    query.get('x-oss-access-key-id') ??
    /^OSS ([^:\s]+):/.exec(authorization)?.[1]
  );
}
