import { cached, type CredentialProvider, type Credentials, type CredentialSource } from '@ossgrant/credentials-core';

/** A file system that holds one file. */
export function oneFile(path: string, text: string): (asked: string) => Promise<string> {
  return async (asked) => {
    if (asked === path) return text;
    throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
  };
}

/** One fetch through a cache, as callers would. */
export async function obtain(source: CredentialSource): Promise<Credentials> {
  const provider = cached(source);
  try {
    return await provider.getCredentials();
  } finally {
    await provider.close();
  }
}

/** Options of a fetch. */
export type Asked = Readonly<Record<string, unknown>>;

/** A source that notes what it was asked with, as one of the other packages would be. */
export function noting(seen: Asked[], id: string): (options: object) => CredentialSource {
  return (options) => {
    seen.push({ ...options });
    return {
      name: id,
      fetch: async () => ({ accessKeyId: id, accessKeySecret: 'from-elsewhere', securityToken: 'token' }),
    };
  };
}

/** Whatever was given as the caller of a role, as its key id. */
export async function keyIdOf(caller: unknown): Promise<string> {
  const given = caller as CredentialProvider | CredentialSource;
  const credentials = 'fetch' in given ? await obtain(given) : await given.getCredentials();
  return credentials.accessKeyId;
}
