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

  it('keeps the uploader from giving the object another ACL than its bucket', async () => {
    const post = await sign({ key: 'a' });
    expect(post.fields['x-oss-object-acl']).toBe('default');
    expect((await upload(post)).status).toBe(204);
    expect((await upload(post, { 'x-oss-object-acl': 'public-read' })).status).toBe(403);
    const { 'x-oss-object-acl': _, ...without } = post.fields;
    expect((await upload({ ...post, fields: without })).status).toBe(403);
  });

  it('leaves the ACL to a field or a condition that names it', async () => {
    const open = await sign({ key: 'a', fields: { 'X-Oss-Object-Acl': 'private' } });
    expect(open.fields).toMatchObject({ 'X-Oss-Object-Acl': 'private' });
    expect(open.fields).not.toHaveProperty('x-oss-object-acl');
    const choice = await sign({ key: 'a', conditions: [['in', '$x-oss-object-acl', ['private', 'public-read']]] });
    expect((await upload(choice, { 'x-oss-object-acl': 'private' })).status).toBe(204);
    expect((await upload(choice, { 'x-oss-object-acl': 'public-read-write' })).status).toBe(403);
  });

  it.each([
    ['image/png', {}, 204],
    ['image/png', { 'content-type': 'text/html' }, 403],
    [['image/png', 'image/jpeg'], { 'content-type': 'image/jpeg' }, 204],
    [['image/png', 'image/jpeg'], { 'content-type': 'text/html' }, 403],
    [['image/png', 'image/jpeg'], {}, 403],
    [{ startsWith: 'image/' }, { 'content-type': 'image/webp' }, 204],
    [{ startsWith: 'image/' }, { 'content-type': 'text/html' }, 403],
  ] as const)('binds the content type to %j: %j is answered %i', async (contentType, more, status) => {
    expect((await upload(await sign({ key: 'a', contentType }), more)).status).toBe(status);
  });

  it('holds every field that it sends', async () => {
    const post = await sign({ key: 'a', fields: { 'x-oss-storage-class': 'Standard', callback: 'e30=' } });
    expect((await upload(post, { 'x-oss-storage-class': 'IA' })).status).toBe(403);
    expect((await upload(post, { callback: 'e31=' })).status).toBe(403);
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
    ['presignPost: key is missing', {} as PostRequest],
    ['presignPost: key must be a key, or { startsWith }', { key: { startWith: 'a/' } } as unknown as PostRequest],
    ['presignPost: key must be', { key: { startsWith: 'a/', exact: 'b' } } as unknown as PostRequest],
    ['presignPost has no option "expires"', { key: 'a', expires: 60 } as unknown as PostRequest],
    ['presignPost: contentLength.max', { key: 'a', contentLength: { min: 0, max: '5' } } as unknown as PostRequest],
    ['presignPost: conditions[0] must be', { key: 'a', conditions: [['eq', 'acl', 'x']] } as unknown as PostRequest],
    ['presignPost: fields["a"] must be', { key: 'a', fields: { a: 1 } } as unknown as PostRequest],
    ['fields.x-oss-meta-a is given twice', { key: 'a', fields: { 'x-oss-meta-a': '1', 'X-Oss-Meta-A': '2' } }],
    ['contentType and another option', { key: 'a', contentType: 'image/png', fields: { 'Content-Type': 'a/b' } }],
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
