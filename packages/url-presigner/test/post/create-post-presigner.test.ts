import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPostPresigner } from '../../src/post/create-post-presigner.ts';
import type { PostRequest, PresignedPost } from '../../src/post/form.ts';
import type { PresignerOptions } from '../../src/presigner.ts';
import { assumeRole } from '../assume-role.ts';

let oss: LocalOss;
let writer: string;
beforeAll(async () => {
  oss = await startLocalOss();
  await oss.createBucket('my-bucket');
  const policy = { Version: '1', Statement: [{ Effect: 'Allow', Action: 'oss:PutObject', Resource: '*' }] } as const;
  writer = oss.addRole({ name: 'writer', policies: [policy] });
});
afterAll(() => oss.close());

const presigner = (options: Partial<PresignerOptions> = {}) =>
  createPostPresigner({
    endpoint: oss.endpoint,
    region: oss.region,
    bucket: 'my-bucket',
    credentials: oss.owner,
    clock: { now: () => oss.clock.now().getTime(), monotonic: () => 0 },
    ...options,
  });

async function upload(post: PresignedPost, more: Readonly<Record<string, string>> = {}, file = 'content') {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...post.fields, ...more })) form.set(name, value);
  form.set('file', new Blob([file]), 'a.txt');
  const response = await fetch(post.url, { method: 'POST', body: form });
  return { status: response.status, text: await response.text() };
}

describe.each(['v4', 'v1'] as const)('a %s upload form', (version) => {
  const sign = (request: PostRequest) => presigner({ version }).presignPost(request);

  it('uploads the one key that it names', async () => {
    const post = await sign({ key: '目录/a b.txt', fields: { success_action_status: '200' } });
    expect((await upload(post)).status).toBe(200);
    expect((await upload(post, { key: 'other' })).status).toBe(403);
  });

  it('uploads below a prefix and nowhere else', async () => {
    const post = await sign({ key: { startsWith: 'user/1/' } });
    expect((await upload(post, { key: 'user/1/a.txt' })).status).toBe(204);
    expect((await upload(post, { key: 'user/2/a.txt' })).status).toBe(403);
  });

  it('holds the size of the file', async () => {
    const post = await sign({ key: 'a', contentLength: { min: 2, max: 4 } });
    expect((await upload(post, {}, 'abcd')).status).toBe(204);
    expect((await upload(post, {}, 'abcde')).status).toBe(400);
    expect((await upload(post, {}, 'a')).status).toBe(400);
  });

  it('holds what the uploader may choose', async () => {
    const conditions = [['in', '$content-type', ['image/png', 'image/jpeg']]] as const;
    const post = await sign({ key: 'a', conditions });
    expect((await upload(post, { 'content-type': 'image/png' })).status).toBe(204);
    expect((await upload(post, { 'content-type': 'text/html' })).status).toBe(403);
  });

  it('works with temporary credentials, and ends with them', async () => {
    const credentials = await assumeRole(oss, writer);
    const post = await presigner({ version, credentials, ifShorter: 'clamp' }).presignPost({
      key: 'a',
      expiresIn: '7d',
    });
    expect((await upload(post)).status).toBe(204);
    expect(post.limitedBy).toBe('credential');
    expect(post.expiration.getTime()).toBeLessThanOrEqual(credentials.expiration?.getTime() ?? 0);
  });

  it('ends when it says', async () => {
    const post = await sign({ key: 'a', expiresIn: 60 });
    oss.clock.advance(post.expiration.getTime() - oss.clock.now().getTime());
    expect((await upload(post)).status).toBe(403);
  });
});

describe('presignPost', () => {
  it.each<[string, PostRequest]>([
    ['startsWith', { key: { startsWith: '' } }],
    ['key', { key: '/a' }],
    ['contentLength', { key: 'a', contentLength: { min: 5, max: 4 } }],
    ['contentLength', { key: 'a', contentLength: { min: 0, max: 6e9 } }],
    ['fields.Policy', { key: 'a', fields: { Policy: 'x' } }],
    ['fields.key', { key: 'a', fields: { key: 'x' } }],
  ])('refuses a wrong %s', async (name, request) => {
    await expect(presigner().presignPost(request)).rejects.toThrow(name);
  });

  it('never signs a token for plain http to another machine', async () => {
    const remote = presigner({
      endpoint: 'http://oss-cn-hangzhou.aliyuncs.com',
      region: 'cn-hangzhou',
      credentials: await assumeRole(oss),
    });
    await expect(remote.presignPost({ key: 'a' })).rejects.toMatchObject({ code: 'INSECURE_TRANSPORT' });
  });

  it('posts to the host of the bucket', async () => {
    const owner = presigner({ endpoint: 'oss-cn-hangzhou.aliyuncs.com', region: 'cn-hangzhou' });
    expect((await owner.presignPost({ key: 'a' })).url).toBe('https://my-bucket.oss-cn-hangzhou.aliyuncs.com/');
    const endpoint = { endpoint: 'files.example.com', addressing: 'cname' } as const;
    expect((await owner.presignPost({ key: 'a', endpoint })).url).toBe('https://files.example.com/');
  });
});
