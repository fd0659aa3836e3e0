import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import OSS from 'ali-oss';
import { ADDRESSING, OWN_DOMAIN } from '../local-oss/ali-oss-addressing.ts';
import { aliOss, fetchLink } from '../local-oss/ali-oss-client.ts';
import { BUCKET_OPERATIONS } from '../local-oss/ali-oss-bucket-operations.ts';
import { LISTING_OPERATIONS } from '../local-oss/ali-oss-listing-operations.ts';
import { OBJECT_OPERATIONS, VERSION_OPERATIONS } from '../local-oss/ali-oss-object-operations.ts';
import { HEADER_OPERATIONS, REFUSED_OPERATIONS } from '../local-oss/ali-oss-operations.ts';
import { clientTable } from '../local-oss/compatibility-table.ts';
import { npmVersion } from '../local-oss/npm-version.ts';

// ali-oss's uploads in parts take seconds where other programs want the processor too.
const PATIENT_MS = 30_000;
let oss: LocalOss;
const installed = npmVersion('ali-oss', import.meta.url);
const table = clientTable({ mark: 'ali-oss', name: 'ali-oss', version: installed, origin: 'npm' });

beforeAll(async () => {
  oss = await startLocalOss({ cnames: { [OWN_DOMAIN]: 'client-bucket' } });
  await oss.createBucket('client-bucket');
});
afterAll(() => oss.close());

async function assumed(options: { readonly policy?: object } = {}) {
  const { accessKeyId, accessKeySecret } = oss.owner;
  const sts = new OSS.STS({ accessKeyId, accessKeySecret, endpoint: oss.endpoint });
  const { credentials } = await sts.assumeRole(oss.roleArn, options.policy, 900, 'ali-oss');
  return {
    accessKeyId: credentials.AccessKeyId,
    accessKeySecret: credentials.AccessKeySecret,
    securityToken: credentials.SecurityToken,
  };
}

describe.each(['V1', 'V4'] as const)('ali-oss with %s headers', (version) => {
  it.each([
    ...HEADER_OPERATIONS,
    ...LISTING_OPERATIONS,
    ...BUCKET_OPERATIONS,
    ...OBJECT_OPERATIONS,
    ...VERSION_OPERATIONS,
  ])(
    'can $name',
    async ({ name, run: expectItWorks }) => {
      await expectItWorks(aliOss(oss, version), oss);
      table.note(name, `${version} header`);
    },
    PATIENT_MS,
  );

  it.each(REFUSED_OPERATIONS)('gets 501 for $name', async ({ name, run }) => {
    await expect(run(aliOss(oss, version), oss)).rejects.toMatchObject({ status: 501, code: 'NotImplemented' });
    table.note(name, `${version} header`, '501 NotImplemented');
  });

  it('works with an IP address as endpoint and the real name in Host', async () => {
    const client = aliOss(oss, version, { endpoint: oss.endpoint });
    await client.put('by-ip', Buffer.from('hello world'));
    expect((await client.get('by-ip')).content.toString()).toBe('hello world');
    table.note('put, get with an IP endpoint', `${version} header`);
  });

  it.each(ADDRESSING)('works by $how', async ({ how, options }) => {
    const client = aliOss(oss, version, options(oss));
    const [name, big] = [`by ${how}/目 录.txt`, Buffer.alloc(204_801, 'abcdefg')];
    await client.put(name, Buffer.from('hello world'));
    expect((await client.get(name)).content.toString()).toBe('hello world');
    expect((await client.list({ prefix: `by ${how}/` })).objects?.map((object) => object.name)).toEqual([name]);
    await client.multipartUpload('by-address', big, { partSize: 102_400 });
    expect((await client.get('by-address')).content.equals(big)).toBe(true);
    table.note(`put, get, list, multipartUpload (${how})`, `${version} header`);
  });

  it('works with temporary credentials, and refreshes them', async () => {
    const first = await assumed();
    let refreshed = 0;
    const client = aliOss(oss, version, {
      credentials: first,
      refreshSTSTokenInterval: 0,
      async refreshSTSToken() {
        refreshed += 1;
        const { securityToken, ...rest } = await assumed();
        return { ...rest, stsToken: securityToken };
      },
    });
    oss.expireToken(first);
    expect((await client.get('by-ip')).content.toString()).toBe('hello world');
    expect(refreshed).toBeGreaterThan(0);
    await expect(client.put('denied', Buffer.from('x'))).rejects.toMatchObject({ status: 403, code: 'AccessDenied' });
    table.note('stsToken, refreshSTSToken', `${version} header`);
  });

  it('is refused with a wrong secret, with the code that it understands', async () => {
    const client = aliOss(oss, version, { accessKeySecret: 'wrong' });
    await expect(client.get('by-ip')).rejects.toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
  });
});

describe('ali-oss links', () => {
  it.each(['GET', 'PUT'])('signs V1 links for %s', async (method) => {
    const link = aliOss(oss, 'V1').signatureUrl('linked', { method, expires: 60 });
    const answer = await fetchLink(link, method === 'PUT' ? { method, body: 'hello world' } : {});
    expect(answer.status).toBe(method === 'PUT' ? 200 : 404);
    table.note(`signatureUrl ${method}`, 'V1 URL');
  });

  it('signs V1 links with response overrides, a token and a traffic limit', async () => {
    const client = aliOss(oss, 'V1', { credentials: await assumed() });
    const link = await client.asyncSignatureUrl('by-ip', {
      response: { 'content-type': 'text/x; charset=utf-8', 'content-disposition': 'attachment; filename="目.txt"' },
      trafficLimit: 838_860_800,
    });
    expect(await fetchLink(link)).toEqual({ status: 200, text: 'hello world' });
    table.note('asyncSignatureUrl with response, trafficLimit and stsToken', 'V1 URL');
  });

  it.each(['GET', 'PUT'])('signs V4 links for %s', async (method) => {
    const link = await aliOss(oss, 'V4').signatureUrlV4(method, 60, undefined, 'linked4');
    const answer = await fetchLink(link, method === 'PUT' ? { method, body: 'hello world' } : {});
    expect(answer.status).toBe(method === 'PUT' ? 200 : 404);
    table.note(`signatureUrlV4 ${method}`, 'V4 URL');
  });

  it('signs V4 links with a token, queries and the host as additional header', async () => {
    const client = aliOss(oss, 'V4', { credentials: await assumed() });
    const host = new URL(oss.endpoint.replace('127.0.0.1', 'client-bucket.oss-cn-hangzhou.localhost')).host;
    const request = { headers: { host }, queries: { 'response-content-type': 'text/x' } };
    const link = await client.signatureUrlV4('GET', 60, request, 'by-ip', ['host']);
    expect(await fetchLink(link)).toEqual({ status: 200, text: 'hello world' });
    table.note('signatureUrlV4 with queries, host and stsToken', 'V4 URL');
  });

  it.each(ADDRESSING)('signs links by $how', async ({ how, options }) => {
    for (const version of ['V1', 'V4'] as const) {
      const { agent, ...others } = { agent: undefined, ...options(oss) };
      const client = aliOss(oss, version, others);
      const link = async (method: string): Promise<string> =>
        version === 'V1'
          ? client.signatureUrl('linked by address', { method, expires: 60 })
          : client.signatureUrlV4(method, 60, undefined, 'linked by address');
      const by = agent === undefined ? {} : { agent };
      expect((await fetchLink(await link('PUT'), { method: 'PUT', body: how, ...by })).status).toBe(200);
      expect(await fetchLink(await link('GET'), by)).toEqual({ status: 200, text: how });
      table.note(`links that PUT and GET (${how})`, `${version} URL`);
    }
  });

  it('signs links that are held to the referers of putBucketReferer', async () => {
    const client = aliOss(oss, 'V4');
    await client.putBucketReferer('client-bucket', false, ['http://*.a.test']);
    const links = {
      V1: client.signatureUrl('by-ip', { expires: 60 }),
      V4: await client.signatureUrlV4('GET', 60, undefined, 'by-ip'),
    };
    for (const [version, link] of Object.entries(links)) {
      const status = async (referer?: string): Promise<number> =>
        (await fetchLink(link, referer === undefined ? {} : { headers: { referer } })).status;
      expect([await status(), await status('http://b.test/'), await status('http://www.a.test/x')]).toEqual([
        403, 403, 200,
      ]);
      table.note('putBucketReferer, links from a page and without one', `${version} URL`);
    }
    // A request with a signed header is never a hotlink.
    expect((await client.get('by-ip')).content.toString()).toBe('hello world');
    await client.deleteBucketReferer('client-bucket');
  });

  it('signs V4 form uploads', async () => {
    const date = oss.clock.now();
    const iso = date.toISOString().replace(/[-:]|\.\d+/g, '');
    const own = {
      'x-oss-signature-version': 'OSS4-HMAC-SHA256',
      'x-oss-credential': `${oss.owner.accessKeyId}/${iso.slice(0, 8)}/cn-hangzhou/oss/aliyun_v4_request`,
      'x-oss-date': iso,
    };
    const conditions = [['eq', '$key', 'formed4'], ...Object.entries(own).map(([name, value]) => ({ [name]: value }))];
    const policy = { expiration: new Date(date.getTime() + 60_000).toISOString(), conditions };
    const signature = aliOss(oss, 'V4').signPostObjectPolicyV4(policy, date);
    const encoded = Buffer.from(JSON.stringify(policy)).toString('base64');
    const form = new FormData();
    const fields = { key: 'formed4', ...own, policy: encoded, 'x-oss-signature': signature };
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', new Blob(['hello world']), 'a.txt');
    const answer = await fetch(`${oss.endpoint}/client-bucket`, { method: 'POST', body: form });
    expect(answer.status).toBe(204);
    expect((await aliOss(oss, 'V4').get('formed4')).content.toString()).toBe('hello world');
    table.note('signPostObjectPolicyV4 and a form of FormData', 'V4 form');
  });

  it('signs V1 form uploads', async () => {
    const expiration = new Date(Date.now() + 60_000).toISOString();
    const signed = aliOss(oss, 'V1').calculatePostSignature({ expiration, conditions: [['eq', '$key', 'formed']] });
    const form = new FormData();
    for (const [name, value] of Object.entries({ key: 'formed', ...signed })) form.append(name, value);
    form.append('file', new Blob(['hello world']), 'a.txt');
    const answer = await fetch(`${oss.endpoint}/client-bucket`, { method: 'POST', body: form });
    expect(answer.status).toBe(204);
    expect((await aliOss(oss, 'V4').get('formed')).content.toString()).toBe('hello world');
    table.note('calculatePostSignature and a form of FormData', 'V1 form');
  });
});

it('gets narrowed credentials from OSS.STS', async () => {
  const statement = { Effect: 'Allow', Action: 'oss:GetObject', Resource: 'acs:oss:*:*:client-bucket/by-ip' };
  const client = aliOss(oss, 'V4', {
    credentials: await assumed({ policy: { Version: '1', Statement: [statement] } }),
  });
  expect((await client.get('by-ip')).content.toString()).toBe('hello world');
  await expect(client.get('formed')).rejects.toMatchObject({ status: 403, code: 'AccessDenied' });
  table.note('OSS.STS assumeRole with a policy', 'RPC V1 (HMAC-SHA1)');
});

it('gets the codes of STS', async () => {
  const sts = new OSS.STS({ accessKeyId: 'nobody', accessKeySecret: 'x', endpoint: oss.endpoint });
  await expect(sts.assumeRole(oss.roleArn)).rejects.toMatchObject({ code: 'InvalidAccessKeyId.NotFound' });
});

it('stands in docs/compatibility.md as it was seen', async () => {
  const { page, run } = await table.compare();
  expect(page).toBe(run);
});
