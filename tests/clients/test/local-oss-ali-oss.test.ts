import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import OSS from 'ali-oss';
import { aliOss, fetchLink } from '../local-oss/ali-oss-client.ts';
import { BUCKET_OPERATIONS } from '../local-oss/ali-oss-bucket-operations.ts';
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
  oss = await startLocalOss();
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
  it.each([...HEADER_OPERATIONS, ...BUCKET_OPERATIONS, ...OBJECT_OPERATIONS, ...VERSION_OPERATIONS])(
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
