import { cached, toProvider } from '@ossgrant/credentials-core';
import { getCallerIdentity } from '@ossgrant/credentials-sts';
import { signHeadersV4, resolveEndpoint } from '@ossgrant/signer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ChainError, chainHash, chainStart, followChain } from '../src/index.ts';
import { BUCKET, fetchObject, openStand, type Stand } from './kit.ts';

let stand: Stand;
beforeAll(async () => void (stand = await openStand()), 120_000);
afterAll(() => stand.close());

interface Given {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
  readonly expiration: string;
}

/** The status that OSS gives to these credentials for a GET of the key. */
async function read(given: Given, key: string): Promise<number> {
  const endpoint = resolveEndpoint({ endpoint: stand.oss.endpoint, region: stand.oss.region, addressing: 'path' });
  const { accessKeyId, accessKeySecret, securityToken } = given;
  const credentials = { accessKeyId, accessKeySecret, securityToken };
  const date = new Date(stand.clock.now());
  const signed = signHeadersV4({ method: 'GET', endpoint, bucket: BUCKET, key }, credentials, { date });
  const response = await fetchObject(signed.origin + signed.path, { headers: signed.headers });
  await response.text();
  return response.status;
}

async function grant(fields: object): Promise<Given> {
  const response = await stand.api('POST', '/v1/grants', { bucket: BUCKET, ...fields });
  expect(response.status).toBe(201);
  return (await response.json()) as Given;
}

describe('a grant', () => {
  test('opens exactly the objects that it names', async () => {
    const one = await grant({ key: 'reports/a.txt' });
    const both = await grant({ keys: ['reports/a.txt', 'reports/b.txt'] });
    const all = await grant({ prefix: 'reports/' });
    const opened = [];
    for (const given of [one, both, all]) {
      opened.push([
        await read(given, 'reports/a.txt'),
        await read(given, 'reports/b.txt'),
        await read(given, 'other/x'),
      ]);
    }
    expect(opened).toEqual([
      [200, 403, 403],
      [200, 200, 403],
      [200, 200, 403],
    ]);
  });

  test('names the end user to OSS', async () => {
    const given = await grant({ key: 'reports/a.txt', sessionName: 'bob@example.com' });
    const { arn } = await getCallerIdentity({
      caller: { ...given, expiration: new Date(given.expiration) },
      endpoint: stand.oss.endpoint,
      clock: stand.clock,
    });
    expect(arn).toMatch(/\/bob@example\.com$/);
  });

  test('is asked of STS once for equal grants', async () => {
    const [first, second] = await Promise.all([
      grant({ key: 'reports/b.txt', sessionName: 'carol' }),
      grant({ key: 'reports/b.txt', sessionName: 'carol' }),
    ]);
    const other = await grant({ key: 'reports/b.txt', sessionName: 'dave' });
    expect(second.accessKeyId).toBe(first.accessKeyId);
    expect(other.accessKeyId).not.toBe(first.accessKeyId);
  });

  test.each([
    [{ key: 'private/x' }, 403, 'not-allowed'],
    [{ key: 'reports/*' }, 422, 'not-possible'],
    [{ key: 'reports/a.txt', list: true }, 400, 'invalid-request'],
    [{ key: 'reports/a.txt', durationSeconds: 60 }, 400, 'invalid-request'],
  ])('of %j is refused', async (fields, status, code) => {
    const response = await stand.api('POST', '/v1/grants', { bucket: BUCKET, ...fields });
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([status, code]);
  });
});

describe('a handle', () => {
  async function handle(fields: object = {}): Promise<{ id: string; path: string }> {
    const body = { bucket: BUCKET, key: 'reports/a.txt', sessionName: 'phone-7', ...fields };
    const made = (await (await stand.api('POST', '/v1/grant-handles', body)).json()) as { id: string; url: string };
    return { id: made.id, path: new URL(made.url).pathname };
  }

  test('gives the same credentials in three shapes', async () => {
    const { path } = await handle();
    const plain = (await (await stand.visit(path)).json()) as Given;
    const upper = {
      AccessKeyId: plain.accessKeyId,
      AccessKeySecret: plain.accessKeySecret,
      SecurityToken: plain.securityToken,
      Expiration: `${plain.expiration.slice(0, 19)}Z`,
    };
    expect(await (await stand.visit(`${path}/mobile`)).json()).toEqual({ StatusCode: 200, ...upper });
    expect(await (await stand.visit(`${path}/uri`)).json()).toEqual({ Code: 'Success', ...upper });
    expect(await read(plain, 'reports/a.txt')).toBe(200);
  });

  test('is revoked by its owner, and expires', async () => {
    const { id, path } = await handle({ expiresIn: '1h' });
    const short = await handle({ expiresIn: '1h' });
    expect((await stand.api('POST', `/v1/grant-handles/${id}/revoke`)).status).toBe(200);
    expect((await stand.visit(path)).status).toBe(410);
    stand.clock.advance(3_600_000);
    expect((await stand.visit(`${short.path}/uri`)).status).toBe(410);
    const list = (await (await stand.api('GET', '/v1/grant-handles')).json()) as {
      handles: { id: string; state: string }[];
    };
    expect(list.handles.find((one) => one.id === id)?.state).toBe('revoked');
    expect(list.handles.find((one) => one.id === short.id)?.state).toBe('expired');
  });

  test('hands nothing out to a HEAD', async () => {
    const { path } = await handle();
    expect((await stand.visit(path, { method: 'HEAD' })).status).toBe(405);
  });

  test('feeds a credential cache as any source does', async () => {
    const { path } = await handle();
    const provider = cached(
      {
        name: 'handle',
        async fetch() {
          const given = (await (await stand.visit(path)).json()) as Given;
          return { ...given, expiration: new Date(given.expiration) };
        },
      },
      { clock: stand.clock },
    );
    expect((await toProvider(provider).getCredentials()).accessKeyId).toMatch(/^STS\./);
    await provider.close();
  });
});

describe('credentials of a share', () => {
  test('open its objects only, and are one use', async () => {
    const { id, path } = await stand.share({ allow: ['credentials'] });
    const response = await stand.visit(`${path}/credentials`, { method: 'POST' });
    const given = (await response.json()) as Given;
    expect(response.status).toBe(200);
    expect([await read(given, 'reports/a.txt'), await read(given, 'reports/b.txt')]).toEqual([200, 403]);
    const seen = (await (await stand.api('GET', `/v1/shares/${id}`)).json()) as { uses: number };
    expect(seen.uses).toBe(1);
  });

  test('are refused where the share does not give them', async () => {
    const { path } = await stand.share();
    expect((await stand.visit(`${path}/credentials`, { method: 'POST' })).status).toBe(403);
  });

  test('obey the password, where the owner insisted', async () => {
    const { path } = await stand.share({ allow: ['credentials'], password: 'secret', insist: true });
    const post = (password: string): Promise<Response> =>
      stand.visit(`${path}/credentials`, { method: 'POST', body: JSON.stringify({ password }) });
    expect([(await post('wrong')).status, (await post('secret')).status]).toEqual([403, 200]);
  });
});

describe('the audit log', () => {
  test('is 64 chains that can be followed from their starts to their heads', async () => {
    const headers = { authorization: `Bearer ${stand.adminKey}` };
    const exported = await (await stand.api('GET', '/v1/audit/export', undefined, headers)).text();
    const { heads } = (await (await stand.api('GET', '/v1/audit/heads', undefined, headers)).json()) as {
      heads: { shard: number; seq: number; hash: string }[];
    };
    expect(heads).toHaveLength(64);
    const events = exported
      .trim()
      .split('\n')
      .filter((line) => !line.startsWith('{"cursor"'))
      .map(
        (line) =>
          JSON.parse(line) as {
            shard: number;
            at: string;
            seq: number;
            kind: string;
            subject: string;
            actor: string;
            body: string;
            hash: string;
          },
      )
      .map((event) => ({ ...event, at: new Date(event.at) }));
    expect(events.length).toBeGreaterThan(10);
    for (const { shard, seq, hash } of heads) {
      const chain = events.filter((event) => event.shard === shard);
      expect(await followChain(shard, chain)).toEqual({ seq, hash });
    }
    const [longest] = heads.toSorted((a, b) => b.seq - a.seq);
    const chain = events.filter(({ shard }) => shard === longest?.shard);
    const [first] = chain;
    if (first === undefined || chain.length < 2) throw new Error('too few events');
    const forged = chain.map((event) => (event === first ? { ...first, actor: 'nobody' } : event));
    await expect(followChain(first.shard, forged)).rejects.toThrow(ChainError);
    await expect(followChain(first.shard, chain.slice(1))).rejects.toThrow(/event 1: the event is missing/);
  });

  test('is exported from a cursor on, for administrators only', async () => {
    const headers = { authorization: `Bearer ${stand.adminKey}` };
    const exported = async (after = ''): Promise<string[]> => {
      const response = await stand.api('GET', `/v1/audit/export${after}`, undefined, headers);
      return (await response.text()).trim().split('\n');
    };
    const { cursor, complete } = JSON.parse((await exported()).at(-1) ?? '') as { cursor: string; complete: boolean };
    expect(complete).toBe(true);
    await stand.share();
    const [event, ...rest] = await exported(`?after=${cursor}`);
    expect([JSON.parse(event ?? ''), rest.length]).toMatchObject([{ kind: 'share.created', actor: 'alice' }, 2]);
    const wrong = await stand.api('GET', '/v1/audit/export?after=v1.0', undefined, headers);
    expect(await wrong.json()).toMatchObject({ status: 400, code: 'invalid-request' });
    expect((await stand.api('GET', `/v1/audit/export?after=${cursor}`)).status).toBe(403);
  });

  test('hashes the same text in JavaScript and in the database, whatever it holds', async () => {
    const subject = 'ff'.repeat(16);
    const [before] = (await stand.store.listEvents(subject, 1000)).slice(-1);
    expect(before).toBeUndefined();
    const at = stand.clock.now();
    await stand.store.record({ kind: 'test', subject, actor: 'Zoë\n"🦊"', body: { text: 'línea\n2' }, at });
    const [event] = await stand.store.listEvents(subject, 10);
    if (event === undefined) throw new Error('no event');
    const [previous] = event.seq === 1 ? [] : await stand.store.exportEvents(63, event.seq - 2, 1);
    expect(chainHash(previous?.hash ?? chainStart(63), event)).toBe(event.hash);
  });
});
