import { describe, expect, it } from 'vitest';
import { CredentialError, type CredentialErrorCode, type CredentialSource } from '../../src/index.ts';
import { credentialSourceContract, type SourceContractOptions } from '../../src/testing.ts';

const SECRET = 's3cret/of+the=source';
const good = { accessKeyId: 'STS.id', accessKeySecret: SECRET, securityToken: 'token-of-the-source' };

function failing(code: CredentialErrorCode, retryable: boolean, message: string = code): () => CredentialSource {
  return () => ({
    name: 'vault',
    fetch: async () => Promise.reject(new CredentialError(message, { code, retryable })),
  });
}

const hanging: CredentialSource = {
  name: 'vault',
  fetch: async ({ signal }) =>
    new Promise((_, reject) => {
      const end = (): void => reject(signal.reason as Error);
      if (signal.aborted) end();
      else signal.addEventListener('abort', end);
    }),
};

const keeping: SourceContractOptions = {
  healthy: () => ({ name: 'vault', fetch: async () => ({ ...good, serverDate: new Date() }) }),
  unconfigured: failing('NOT_CONFIGURED', false),
  denied: failing('DENIED', false),
  throttled: failing('THROTTLED', true),
  unreachable: failing('UNAVAILABLE', true),
  hanging: () => hanging,
  secrets: [SECRET, good.securityToken],
};

/** The names of the cases that fail. */
async function broken(options: SourceContractOptions): Promise<readonly string[]> {
  const names: string[] = [];
  for (const { name, skip, run } of credentialSourceContract(options)) {
    if (skip !== undefined) continue;
    await run().catch(() => names.push(name));
  }
  return names;
}

describe('the contract of a source', () => {
  for (const { name, skip, run } of credentialSourceContract(keeping)) {
    it.skipIf(skip !== undefined)(`holds for a source that keeps it: ${name}`, async () => {
      await expect(run()).resolves.toBeUndefined();
    });
  }

  it('leaves out the conditions that were not given, and says so', async () => {
    const cases = credentialSourceContract({ healthy: keeping.healthy, secrets: [] });
    const skipped = cases.filter(({ skip }) => skip !== undefined);
    expect(skipped.length).toBe(10);
    expect(skipped[0]?.skip).toBe('no "unconfigured" source was given');
    for (const { run } of cases) await run();
  });

  const healthy = (fetched: object, name = 'vault'): SourceContractOptions['healthy'] => {
    return () => ({ name, fetch: async () => fetched as typeof good });
  };

  it.each<[string, Partial<SourceContractOptions>, RegExp]>([
    ['a name with a secret', { healthy: healthy(good, `vault-${encodeURIComponent(SECRET)}`) }, /has a name/],
    ['a name of two lines', { healthy: healthy(good, 'vault\nvault') }, /has a name/],
    ['a missing secret', { healthy: healthy({ ...good, accessKeySecret: undefined }) }, /fetches well-formed/],
    ['expired credentials', { healthy: healthy({ ...good, expiration: new Date(0) }) }, /have not expired/],
    ['a server date as text', { healthy: healthy({ ...good, serverDate: 'now' }) }, /as a Date/],
    ['another code', { unconfigured: failing('UNAVAILABLE', true) }, /NOT_CONFIGURED/],
    [
      'a plain error',
      { denied: () => ({ name: 'vault', fetch: async () => Promise.reject(new Error('no')) }) },
      /DENIED/,
    ],
    ['a throttled source that gives up', { throttled: failing('THROTTLED', false) }, /THROTTLED/],
    [
      'a secret in a message',
      { denied: failing('DENIED', false, `refused ${SECRET}`) },
      /shows no secret when it is denied/,
    ],
    ['a fetch that succeeds', { unreachable: keeping.healthy }, /UNAVAILABLE/],
    ['an aborted signal that is ignored', { hanging: keeping.healthy }, /already aborted/],
  ])('is broken by %s', async (_, options, name) => {
    expect((await broken({ ...keeping, ...options })).join('\n')).toMatch(name);
  });

  it('finds a secret in the cause of an error, in what a client attached to it, and in many causes', async () => {
    const request: Record<string, unknown> = { headers: { authorization: SECRET } };
    request['self'] = request;
    const attached = Object.assign(new Error('refused'), { request });
    for (const cause of [new Error(SECRET), attached, new AggregateError([new Error(SECRET)])]) {
      const error = new CredentialError('refused', { code: 'DENIED', retryable: false, cause });
      const denied = (): CredentialSource => ({ name: 'vault', fetch: async () => Promise.reject(error) });
      expect(await broken({ ...keeping, denied })).toEqual(['shows no secret when it is denied']);
    }
  });

  it('reports the fault without the secret', async () => {
    const denied = failing('DENIED', false, `refused ${SECRET}`);
    const found = credentialSourceContract({ ...keeping, denied }).find(({ name }) => name.includes('is denied'));
    const hides = credentialSourceContract({ ...keeping, denied }).find(({ name }) =>
      name.startsWith('shows no secret when it is denied'),
    );
    await expect(found?.run()).resolves.toBeUndefined();
    await expect(hides?.run()).rejects.toThrow('the error must not show a secret, and it shows secrets[0]');
  });

  it('refuses options that it does not have', () => {
    expect(() => credentialSourceContract({ healthy: keeping.healthy } as SourceContractOptions)).toThrow(
      new TypeError('credentialSourceContract: secrets is missing: it must be an array'),
    );
  });
});
