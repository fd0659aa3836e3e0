import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { LocalOss } from '../../../src/local-oss.ts';
import { ossTest } from '../../../src/vitest.ts';
import { assume, call, policy, type Answer, type Ask } from '../../kit.ts';

const named = (...keys: readonly string[]): string =>
  keys.map((key) => `<Object><Key>${key.replaceAll('&', '&amp;')}</Key></Object>`).join('');

function remove(oss: LocalOss, inner: string, ask: Partial<Ask> = {}): Promise<Answer> {
  const body = `<Delete>${inner}</Delete>`;
  const headers = { 'content-md5': createHash('md5').update(body).digest('base64') };
  const query = { delete: null, ...ask.query };
  return call(oss, { method: 'POST', bucket: 'many-bucket', scheme: 'v4-header', headers, ...ask, query }, body);
}

async function filled(oss: LocalOss, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await oss.put('many-bucket', key, 'x');
}

const keysOf = async (oss: LocalOss): Promise<readonly string[]> => {
  const { text } = await call(oss, { bucket: 'many-bucket', scheme: 'v4-header' });
  return [...text.matchAll(/<Key>([^<]*)</g)].map((match) => match[1] ?? '');
};

ossTest('deletes what is named, says so, and leaves the rest', async ({ oss }) => {
  await filled(oss, 'a', 'b & c', 'd');
  const answer = await remove(oss, named('a', 'b & c', 'never there'));
  expect(answer.status).toBe(200);
  expect([...answer.text.matchAll(/<Deleted><Key>([^<]*)<\/Key><\/Deleted>/g)].map((match) => match[1])).toEqual([
    'a',
    'b &amp; c',
    'never there',
  ]);
  expect(await keysOf(oss)).toEqual(['d']);
});

ossTest('says nothing when it is asked to be quiet, and encodes keys when it is asked to', async ({ oss }) => {
  await filled(oss, 'a', 'b c');
  const quiet = await remove(oss, `<Quiet>true</Quiet>${named('a')}`);
  expect([quiet.status, quiet.text]).toEqual([200, '']);
  const encoded = await remove(oss, named('b c'), { query: { 'encoding-type': 'url' } });
  expect(encoded.text).toContain('<EncodingType>url</EncodingType><Deleted><Key>b%20c</Key></Deleted>');
  expect(await keysOf(oss)).toEqual([]);
});

ossTest('refuses a body without its MD5, or with another, and deletes nothing', async ({ oss }) => {
  await filled(oss, 'a');
  expect(await remove(oss, named('a'), { headers: {} })).toMatchObject({
    code: 'MissingArgument',
    ec: '0016-00000606',
  });
  const headers = { 'content-md5': createHash('md5').update('other').digest('base64') };
  expect(await remove(oss, named('a'), { headers })).toMatchObject({ status: 400, code: 'InvalidDigest' });
  expect(await keysOf(oss)).toEqual(['a']);
});

ossTest('takes a thousand keys and no more', async ({ oss }) => {
  await oss.createBucket('many-bucket');
  const keys = Array.from({ length: 1001 }, (_, number) => `key-${number}`);
  expect((await remove(oss, named(...keys.slice(1)))).status).toBe(200);
  expect(await remove(oss, named(...keys))).toMatchObject({ code: 'MalformedXML', ec: '0016-00000609' });
});

ossTest('refuses a body that names nothing, or badly', async ({ oss }) => {
  await oss.createBucket('many-bucket');
  for (const [inner, code, ec] of [
    ['', 'MalformedXML', '0016-00000615'],
    ['<Object><VersionId>1</VersionId></Object>', 'MalformedXML', '0016-00000613'],
    ['<Object><Key>a</Key><VersionId></VersionId></Object>', 'MalformedXML', '0016-00000612'],
    ['<Object><Key>a', 'MalformedXML', '0016-00000607'],
    ['<Object><Key></Key></Object>', 'InvalidObjectName', '0016-00000001'],
    ['<Object><Key>/a</Key></Object>', 'InvalidObjectName', '0016-00000005'],
  ] as const) {
    expect(await remove(oss, inner)).toMatchObject({ status: 400, code, ec });
  }
});

ossTest('deletes none of them when one may not be deleted', async ({ oss }) => {
  await filled(oss, 'mine/a', 'mine/b', 'other');
  const roleArn = oss.addRole({
    name: 'deleter',
    policies: [policy({ Effect: 'Allow', Action: 'oss:Delete*', Resource: 'acs:oss:*:*:many-bucket/*' })],
  });
  const credentials = await assume(oss, {
    roleArn,
    policy: policy({ Effect: 'Allow', Action: 'oss:DeleteObject', Resource: 'acs:oss:*:*:many-bucket/mine/*' }),
  });
  expect(await remove(oss, named('mine/a', 'other'), { credentials })).toMatchObject({
    status: 403,
    ec: '0003-00000301',
  });
  expect(await keysOf(oss)).toEqual(['mine/a', 'mine/b', 'other']);
  expect((await remove(oss, named('mine/a', 'mine/b'), { credentials })).status).toBe(200);
  // A version is another right.
  const version = '<Object><Key>mine/a</Key><VersionId>null</VersionId></Object>';
  expect((await remove(oss, version, { credentials })).status).toBe(403);
  expect(await keysOf(oss)).toEqual(['other']);
});

ossTest('compares the first 16 bytes of Content-MD5', async ({ oss }) => {
  await filled(oss, 'a');
  const digest = createHash('md5')
    .update(`<Delete>${named('a')}</Delete>`)
    .digest();
  const md5 = (bytes: Buffer) => remove(oss, named('a'), { headers: { 'content-md5': bytes.toString('base64') } });
  expect((await md5(Buffer.concat([digest, Buffer.from('more')]))).status).toBe(200);
  expect((await md5(digest.subarray(0, 15))).code).toBe('InvalidDigest');
});
