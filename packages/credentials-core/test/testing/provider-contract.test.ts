import { describe, expect, it } from 'vitest';
import { cached, type CredentialProvider, type Credentials } from '../../src/index.ts';
import { credentialProviderContract, type ProviderContractOptions } from '../../src/testing.ts';

async function broken(create: ProviderContractOptions['create']): Promise<readonly string[]> {
  const names: string[] = [];
  for (const { name, run } of credentialProviderContract({ create })) await run().catch(() => names.push(name));
  return names;
}

describe('the contract of a provider', () => {
  for (const { name, run } of credentialProviderContract({
    create: ({ source, clock }) => cached(source, { clock }),
  })) {
    it(`holds for the cache: ${name}`, async () => {
      await expect(run()).resolves.toBeUndefined();
    });
  }

  it.concurrent('is broken by a provider that fetches for each call', async () => {
    const names = await broken(({ source, clock }) => ({
      getCredentials: async ({ signal = new AbortController().signal } = {}) => source.fetch({ signal, clock }),
    }));
    expect(names).toContain('fetches once for all who wait');
    expect(names).toContain('reuses credentials while they live');
    expect(names).toContain('rejects at once for a signal that has already aborted');
  });

  it.concurrent('is broken by a provider that keeps its first credentials for ever', async () => {
    const names = await broken(({ source, clock }) => {
      let first: Promise<Credentials> | undefined;
      const provider: CredentialProvider = {
        getCredentials: async () => (first ??= source.fetch({ signal: new AbortController().signal, clock })),
        invalidate: () => {},
      };
      return provider;
    });
    expect(names).toContain('never returns credentials that have expired, even while the issuer fails');
    expect(names).toContain('fetches again after a failure, once its pause is over');
    expect(names).toContain('replaces credentials that a server refused');
  });

  it('leaves reports out for a provider that takes none', async () => {
    const cases = credentialProviderContract({
      create: ({ source, clock }) => ({ getCredentials: cached(source, { clock }).getCredentials }),
    });
    expect(cases.filter(({ skip }) => skip === 'the provider has no invalidate()').length).toBe(2);
  });

  it.concurrent('is broken by a provider that believes a late report', async () => {
    const names = await broken(({ source, clock }) => {
      let kept: CredentialProvider = cached(source, { clock });
      return {
        getCredentials: async (request) => kept.getCredentials(request),
        invalidate: () => {
          kept = cached(source, { clock });
        },
      };
    });
    expect(names).toEqual(['keeps new credentials when a late report refuses the old ones']);
  });
});
