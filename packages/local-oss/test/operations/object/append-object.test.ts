import { createHash } from 'node:crypto';
import { crc64 } from '@ossgrant/crc64';
import { expect, vi } from 'vitest';
import type { LocalOss } from '../../../src/local-oss.ts';
import { ossTest } from '../../../src/vitest.ts';
import { beginUpload, call, PATIENT, type Answer, type Ask } from '../../kit.ts';

const ask = (oss: LocalOss, extra: Partial<Ask> = {}, body?: string): Promise<Answer> =>
  call(oss, { bucket: 'log-bucket', key: 'log', scheme: 'v4-header', ...extra }, body);
const append = (oss: LocalOss, position: number | string, body: string, extra: Partial<Ask> = {}): Promise<Answer> =>
  ask(oss, { method: 'POST', query: { append: null, position: String(position) }, ...extra }, body);

ossTest('adds bytes at the end, with the CRC of the whole and where to go on', async ({ oss }) => {
  await oss.createBucket('log-bucket');
  const first = await append(oss, 0, 'hello ', { headers: { 'content-type': 'text/x', 'x-oss-meta-a': '1' } });
  expect(first).toMatchObject({ status: 200, headers: { 'x-oss-next-append-position': '6' } });
  const second = await append(oss, 6, 'world');
  expect(second.headers).toMatchObject({
    'x-oss-next-append-position': '11',
    'x-oss-hash-crc64ecma': '5981764153023615706',
  });
  expect(second.headers['etag']).not.toBe(first.headers['etag']);
  const read = await ask(oss);
  expect(read.text).toBe('hello world');
  expect(read.headers).toMatchObject({
    'x-oss-object-type': 'Appendable',
    'x-oss-next-append-position': '11',
    'x-oss-hash-crc64ecma': '5981764153023615706',
    'content-type': 'text/x',
    'x-oss-meta-a': '1',
    etag: second.headers['etag'],
  });
  expect(read.headers).not.toHaveProperty('content-md5');
  expect((await ask(oss, { headers: { range: 'bytes=4-7' } })).text).toBe('o wo');
});

ossTest('refuses a position that is not the length, and says which is', async ({ oss }) => {
  await oss.createBucket('log-bucket');
  expect(await append(oss, 5, 'x')).toMatchObject({
    status: 409,
    code: 'PositionNotEqualToLength',
    headers: { 'x-oss-next-append-position': '0' },
  });
  await append(oss, 0, 'hello');
  for (const position of [0, 4, 6]) {
    expect(await append(oss, position, 'x')).toMatchObject({
      status: 409,
      code: 'PositionNotEqualToLength',
      headers: { 'x-oss-next-append-position': '5' },
    });
  }
  expect((await ask(oss)).text).toBe('hello');
});

ossTest('refuses what was not made by appending', async ({ oss }) => {
  await oss.put('log-bucket', 'log', 'hello');
  expect(await append(oss, 5, 'x')).toMatchObject({ status: 409, code: 'ObjectNotAppendable' });
  expect(await append(oss, 0, 'x')).toMatchObject({ status: 409, code: 'ObjectNotAppendable' });
  expect((await ask(oss)).text).toBe('hello');
});

ossTest('becomes an ordinary object by a put', async ({ oss }) => {
  await oss.createBucket('log-bucket');
  await append(oss, 0, 'hello');
  await ask(oss, { method: 'PUT' }, 'new');
  expect((await ask(oss)).headers['x-oss-object-type']).toBe('Normal');
  expect((await append(oss, 3, 'x')).code).toBe('ObjectNotAppendable');
});

ossTest(
  'refuses a position that is missing or none, a size beyond 5 GB, and a class that is too cold',
  async ({ oss }) => {
    await oss.createBucket('log-bucket');
    expect(await append(oss, '', 'x')).toMatchObject({ code: 'MissingArgument', ec: '0016-00000501' });
    expect((await ask(oss, { method: 'POST', query: { append: null } }, 'x')).code).toBe('MissingArgument');
    for (const position of ['-1', '1.5', 'x', '1e3', '99999999999999999999']) {
      expect(await append(oss, position, 'x')).toMatchObject({ code: 'MissingArgument', ec: '0016-00000502' });
    }
    const cold = { 'x-oss-storage-class': 'ColdArchive' };
    expect(await append(oss, 0, 'x', { headers: cold })).toMatchObject({
      code: 'InvalidArgument',
      ec: '0016-00000503',
    });
    const tooLong = beginUpload(
      oss,
      { bucket: 'log-bucket', key: 'log', method: 'POST', query: { append: null, position: '0' } },
      5 * 1024 ** 3 + 1,
    );
    await vi.waitFor(() => expect(oss.journal.entries().at(-1)?.code).toBe('EntityTooLarge'), PATIENT);
    tooLong.destroy();
    expect((await ask(oss)).code).toBe('NoSuchKey');
  },
);

ossTest('checks the MD5 of what is added, and adds nothing when it differs', async ({ oss }) => {
  await oss.createBucket('log-bucket');
  await append(oss, 0, 'hello');
  const wrong = { 'content-md5': 'XrY7u+Ae7tCTyyK7j1rNwx==' };
  expect((await append(oss, 5, ' world', { headers: wrong })).code).toBe('InvalidDigest');
  const right = { 'content-md5': createHash('md5').update(' world').digest('base64') };
  expect((await append(oss, 5, ' world', { headers: right })).status).toBe(200);
  expect((await ask(oss)).text).toBe('hello world');
});

ossTest('lets one of many win that append at once at one place, whole', async ({ oss }) => {
  await oss.createBucket('log-bucket');
  await append(oss, 0, 'begin,');
  const bodies = Array.from({ length: 8 }, (_, number) => String(number).repeat(50_000));
  const answers = await Promise.all(bodies.map((body) => append(oss, 6, body)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ code }) => code === 'PositionNotEqualToLength')).toHaveLength(7);
  const winner = bodies[answers.findIndex(({ status }) => status === 200)] ?? '';
  const { body, headers } = await ask(oss);
  expect(body.toString()).toBe(`begin,${winner}`);
  expect(headers['x-oss-hash-crc64ecma']).toBe(crc64(body).toString());
});

ossTest('a later append changes the ACL of the object, and not its tags', async ({ oss }) => {
  await oss.createBucket('append-bucket');
  const add = (position: string, headers: Record<string, string>) => {
    const query = { append: null, position };
    return call(
      oss,
      { method: 'POST', bucket: 'append-bucket', key: 'log', query, headers, scheme: 'v4-header' },
      'abc',
    );
  };
  const read = (query: string) => call(oss, { bucket: 'append-bucket', key: 'log', query: { [query]: null } });
  await add('0', { 'x-oss-tagging': 'a=1' });
  await add('3', { 'x-oss-tagging': 'b=2', 'x-oss-object-acl': 'public-read' });
  expect((await read('tagging')).text).toContain('<Key>a</Key>');
  expect((await read('acl')).text).toContain('<Grant>public-read</Grant>');
  await add('6', {});
  expect((await read('acl')).text).toContain('<Grant>public-read</Grant>');
});
