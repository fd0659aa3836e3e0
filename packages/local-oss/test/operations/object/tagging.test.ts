import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { LocalOss } from '../../../src/local-oss.ts';
import { startLocalOss } from '../../../src/start-local-oss.ts';
import { assume, call, policy, type Answer, type Ask } from '../../kit.ts';

let oss: LocalOss;
beforeAll(async () => {
  oss = await startLocalOss();
});
afterAll(() => oss.close());
beforeEach(() => oss.put('tag-bucket', 'a', 'hello world'));

const ask = (extra: Partial<Ask> = {}, body?: string): Promise<Answer> =>
  call(oss, { bucket: 'tag-bucket', key: 'a', scheme: 'v4-header', ...extra }, body);
const tagging = (method: string, body?: string, extra: Partial<Ask> = {}): Promise<Answer> =>
  ask({ method, query: { tagging: null }, ...extra }, body);
const xml = (tags: readonly (readonly [string, string])[]): string =>
  `<Tagging><TagSet>${tags.map(([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`).join('')}</TagSet></Tagging>`;
const tagsOf = async (key = 'a'): Promise<readonly string[]> =>
  [...(await tagging('GET', undefined, { key })).text.matchAll(/<Key>([^<]*)<\/Key><Value>([^<]*)</g)].map(
    ([, name, value]) => `${name}=${value}`,
  );
const withTags = (value: string): Partial<Ask> => ({ method: 'PUT', headers: { 'x-oss-tagging': value } });

it('puts, gives and deletes tags, and counts them, without modifying the object', async () => {
  const before = (await ask({ method: 'HEAD' })).headers;
  expect(
    (
      await tagging(
        'PUT',
        xml([
          ['b', '2'],
          ['A a', ' x:/=+-._'],
        ]),
      )
    ).status,
  ).toBe(200);
  expect(await tagsOf()).toEqual(['b=2', 'A a= x:/=+-._']);
  const head = (await ask({ method: 'HEAD' })).headers;
  expect(head['x-oss-tagging-count']).toBe('2');
  expect([head.etag, head['last-modified']]).toEqual([before.etag, before['last-modified']]);
  await tagging('PUT', xml([['c', '']]));
  expect(await tagsOf()).toEqual(['c=']);
  expect((await tagging('DELETE')).status).toBe(204);
  expect(await tagsOf()).toEqual([]);
  expect((await ask()).headers).not.toHaveProperty('x-oss-tagging-count');
});

it('takes tags with an upload, in parts too, and with an append', async () => {
  await ask(withTags('a=1&b&c%20d=%2F'), 'x');
  expect(await tagsOf()).toEqual(['a=1', 'b=', 'c d=/']);
  const begun = await ask({ ...withTags('part=1'), method: 'POST', key: 'parts', query: { uploads: null } });
  const uploadId = /<UploadId>([^<]*)</.exec(begun.text)?.[1] ?? '';
  await ask({ method: 'PUT', key: 'parts', query: { uploadId, partNumber: '1' } }, 'x');
  await ask({ method: 'POST', key: 'parts', query: { uploadId }, headers: { 'x-oss-complete-all': 'yes' } });
  expect(await tagsOf('parts')).toEqual(['part=1']);
  await ask({ ...withTags('log=1'), method: 'POST', key: 'log', query: { append: null, position: '0' } }, 'x');
  expect(await tagsOf('log')).toEqual(['log=1']);
  await ask({ method: 'PUT' }, 'x');
  expect(await tagsOf()).toEqual([]);
});

it('copies tags, or gives others, as the directive says', async () => {
  await ask(withTags('from=1'), 'x');
  const copy = (headers: Record<string, string>): Promise<Answer> =>
    ask({ method: 'PUT', key: 'copy', headers: { 'x-oss-copy-source': '/tag-bucket/a', ...headers } });
  await copy({});
  expect(await tagsOf('copy')).toEqual(['from=1']);
  await copy({ 'x-oss-tagging': 'to=2' });
  expect(await tagsOf('copy')).toEqual(['from=1']);
  await copy({ 'x-oss-tagging': 'to=2', 'x-oss-tagging-directive': 'Replace' });
  expect(await tagsOf('copy')).toEqual(['to=2']);
  await copy({ 'x-oss-tagging-directive': 'REPLACE' });
  expect(await tagsOf('copy')).toEqual([]);
  expect((await copy({ 'x-oss-tagging-directive': 'x' })).code).toBe('InvalidArgument');
  await ask({ method: 'PUT' }, 'without tags');
  await copy({ 'x-oss-tagging': 'to=2' });
  expect(await tagsOf('copy')).toEqual([]);
});

const many = (count: number) => Array.from({ length: count }, (_, number) => [`k${number}`, ''] as const);
it.each<[string, readonly (readonly [string, string])[], string]>([
  ['more than ten', many(11), '0010-00000218'],
  ['a key of 129 characters', [['k'.repeat(129), '']], '0010-00000209'],
  ['a value of 257 characters', [['k', 'v'.repeat(257)]], '0010-00000214'],
  [
    'two of one key',
    [
      ['k', '1'],
      ['k', '2'],
    ],
    '0010-00000210',
  ],
  ['a key with other characters', [['k!', '']], '0010-00000212'],
  ['a key in another script', [['目', '']], '0010-00000212'],
  ['an empty key', [['', 'v']], '0010-00000213'],
  ['a value with other characters', [['k', 'a?']], '0010-00000217'],
])('refuses %s, in a body and in a header', async (_, tags, ec) => {
  const refusal = { status: 400, code: 'InvalidTag', ec };
  expect(await tagging('PUT', xml(tags))).toMatchObject(refusal);
  const header = tags.map((pair) => pair.map(encodeURIComponent).join('=')).join('&');
  expect(await ask(withTags(header), 'y')).toMatchObject(refusal);
  expect((await ask()).text).toBe('hello world');
});

it('takes as much as there may be', async () => {
  expect((await tagging('PUT', xml(many(10)))).status).toBe(200);
  expect((await tagging('PUT', xml([['k'.repeat(128), 'v'.repeat(256)]]))).status).toBe(200);
});

it('refuses what is not a tagging, and tags of nothing', async () => {
  for (const header of ['a=b=c', 'a=%zz']) {
    expect(await ask(withTags(header), 'y')).toMatchObject({ code: 'InvalidTag', ec: '0010-00000219' });
  }
  for (const body of ['', '<Tagging>', '<Tagging/>', '<Other><TagSet/></Other>']) {
    expect((await tagging('PUT', body)).code).toBe('MalformedXML');
  }
  for (const method of ['GET', 'DELETE'])
    expect((await tagging(method, undefined, { key: 'none' })).code).toBe('NoSuchKey');
  expect((await tagging('PUT', xml([]), { key: 'none' })).code).toBe('NoSuchKey');
});

it('asks for the right of its own name, also when tags come with an upload or a copy', async () => {
  await ask(withTags('a=1'), 'x');
  const allowed = async (...actions: readonly string[]) =>
    assume(oss, {
      roleArn: oss.addRole({
        name: `r${actions.join('')}`.replaceAll(/\W/g, ''),
        policies: [policy({ Effect: 'Allow', Action: actions, Resource: '*' })],
      }),
    });
  const reader = await allowed('oss:GetObject');
  expect((await ask({ credentials: reader })).headers).not.toHaveProperty('x-oss-tagging-count');
  expect((await tagging('GET', undefined, { credentials: reader })).status).toBe(403);
  const tagger = await allowed('oss:GetObjectTagging', 'oss:GetObject');
  expect((await ask({ credentials: tagger })).headers['x-oss-tagging-count']).toBe('1');
  expect((await tagging('GET', undefined, { credentials: tagger })).status).toBe(200);
  const writer = await allowed('oss:PutObject', 'oss:GetObject');
  expect((await ask({ ...withTags('a=1'), key: 'new', credentials: writer }, 'x')).status).toBe(403);
  expect((await ask({ method: 'PUT', key: 'new', credentials: writer }, 'x')).status).toBe(200);
  const headers = { 'x-oss-copy-source': '/tag-bucket/a' };
  expect((await ask({ method: 'PUT', key: 'new', headers, credentials: writer })).status).toBe(403);
  const untagged = { ...headers, 'x-oss-tagging-directive': 'Replace' };
  expect((await ask({ method: 'PUT', key: 'new', headers: untagged, credentials: writer })).status).toBe(200);
  const both = await allowed('oss:PutObject', 'oss:GetObject', 'oss:*ObjectTagging');
  expect((await ask({ method: 'PUT', key: 'new', headers, credentials: both })).status).toBe(200);
  expect((await tagging('DELETE', undefined, { credentials: writer })).status).toBe(403);
});
