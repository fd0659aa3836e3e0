import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LocalOss } from '../../../src/local-oss.ts';
import { startLocalOss } from '../../../src/start-local-oss.ts';
import { call, type Answer } from '../../kit.ts';

let oss: LocalOss;
beforeAll(async () => {
  oss = await startLocalOss({ now: new Date('2026-11-23T12:00:00Z') });
  await oss.put('list-bucket', 'b/1', 'null version');
  const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
  await call(oss, { method: 'PUT', bucket: 'list-bucket', query: { versioning: null }, scheme: 'v4-header' }, body);
  for (const key of ['a', 'b/1', 'b/1', 'b/2', 'c d']) await oss.put('list-bucket', key, key);
  for (const key of ['b/1', 'c d']) {
    await call(oss, { method: 'DELETE', bucket: 'list-bucket', key, scheme: 'v4-header' });
  }
});
afterAll(() => oss.close());

const list = (query: Record<string, string> = {}): Promise<Answer> =>
  call(oss, { bucket: 'list-bucket', query: { versions: null, ...query }, scheme: 'v4-header' });

interface Listed {
  readonly kind: string;
  readonly key: string;
  readonly id: string;
  readonly latest: string;
}
const listed = ({ text }: Answer): readonly Listed[] =>
  [
    ...text.matchAll(/<(Version|DeleteMarker)><Key>([^<]*)<\/Key><VersionId>([^<]*)<\/VersionId><IsLatest>([^<]*)</g),
  ].map(([, kind = '', key = '', id = '', latest = '']) => ({ kind, key, id, latest }));
const prefixes = ({ text }: Answer): readonly (string | undefined)[] =>
  [...text.matchAll(/<CommonPrefixes><Prefix>([^<]*)</g)].map((match) => match[1]);
const next = ({ text }: Answer): Record<string, string> | undefined => {
  const key = /<NextKeyMarker>([^<]*)</.exec(text)?.[1];
  const id = /<NextVersionIdMarker>([^<]*)</.exec(text)?.[1];
  if (key === undefined) return undefined;
  return { 'key-marker': key, ...(id === undefined ? {} : { 'version-id-marker': id }) };
};

it('lists every version and delete marker, by key, the newest first', async () => {
  expect(listed(await list()).map(({ kind, key, latest }) => `${kind} ${key} ${latest}`)).toEqual([
    'Version a true',
    'DeleteMarker b/1 true',
    'Version b/1 false',
    'Version b/1 false',
    'Version b/1 false',
    'Version b/2 true',
    'DeleteMarker c d true',
    'Version c d false',
  ]);
  expect(listed(await list({ prefix: 'b/1' })).at(-1)?.id).toBe('null');
  expect((await list()).text).toContain('<Type>Normal</Type><Size>12</Size><StorageClass>Standard</StorageClass>');
});

it.each([1, 2, 3, 7])('comes to the same by pages of %i', async (size) => {
  const found: Listed[] = [];
  let markers: Record<string, string> | undefined = {};
  for (let pages = 0; markers !== undefined && pages < 20; pages += 1) {
    const answer: Answer = await list({ 'max-keys': String(size), ...markers });
    expect(listed(answer).length).toBeLessThanOrEqual(size);
    found.push(...listed(answer));
    markers = next(answer);
  }
  expect(found).toEqual(listed(await list()));
});

it('puts keys together up to a delimiter, page by page', async () => {
  const first = await list({ delimiter: '/', 'max-keys': '2' });
  expect([listed(first).map(({ key }) => key), prefixes(first)]).toEqual([['a'], ['b/']]);
  expect(next(first)).toEqual({ 'key-marker': 'b/' });
  const second = await list({ delimiter: '/', 'max-keys': '2', ...next(first) });
  expect([listed(second).map(({ key }) => key), prefixes(second)]).toEqual([['c d', 'c d'], []]);
  expect(second.text).toContain('<IsTruncated>false</IsTruncated>');
});

it('begins after a key, or after one version of it, and encodes keys', async () => {
  expect(listed(await list({ 'key-marker': 'b/1' })).map(({ key }) => key)).toEqual(['b/2', 'c d', 'c d']);
  const [, marker] = listed(await list());
  const after = listed(await list({ 'key-marker': 'b/1', 'version-id-marker': marker?.id ?? '' }));
  expect(after.map(({ key }) => key)).toEqual(['b/1', 'b/1', 'b/1', 'b/2', 'c d', 'c d']);
  expect(listed(await list({ 'encoding-type': 'url', prefix: 'c' }))[0]?.key).toBe('c%20d');
});

it('shows every version to who deletes what each page showed before the next', async () => {
  for (let count = 0; count < 5; count += 1) await oss.put('list-bucket', 'p', 'x');
  const found: string[] = [];
  let markers: Record<string, string> | undefined = {};
  for (let pages = 0; markers !== undefined && pages < 20; pages += 1) {
    const answer: Answer = await list({ prefix: 'p', 'max-keys': '2', ...markers });
    for (const { key, id } of listed(answer)) {
      found.push(id);
      await call(oss, { method: 'DELETE', bucket: 'list-bucket', key, query: { versionId: id }, scheme: 'v4-header' });
    }
    markers = next(answer);
  }
  expect(new Set(found).size).toBe(5);
  expect(listed(await list({ prefix: 'p' }))).toEqual([]);
});

it('refuses what it cannot list by', async () => {
  for (const query of [
    { 'version-id-marker': 'x' },
    { 'max-keys': '0' },
    { 'max-keys': '1001' },
    { 'max-keys': 'x' },
    { 'encoding-type': 'base64' },
  ] as Record<string, string>[]) {
    expect(await list(query)).toMatchObject({ status: 400, code: 'InvalidArgument' });
  }
});

it('lists what an ordinary listing shows: only what is current and no marker', async () => {
  const { text } = await call(oss, { bucket: 'list-bucket', scheme: 'v4-header' });
  expect([...text.matchAll(/<Key>([^<]*)</g)].map((match) => match[1])).toEqual(['a', 'b/2']);
});
