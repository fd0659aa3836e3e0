import { describe, expect, it, vi } from 'vitest';
import { createPresigner } from '../src/create-presigner.ts';
import type { PresignerOptions, PresignFields, PresignWarning } from '../src/presigner.ts';

const credentials = { accessKeyId: 'id', accessKeySecret: 's' };
const codes = async (fields: PresignFields, options: Partial<PresignerOptions> = {}) => {
  const presigner = createPresigner({ region: 'cn-hangzhou', bucket: 'my-bucket', credentials, ...options });
  return (await presigner.presign(fields)).warnings?.map(({ code }) => code);
};

describe('warnings of a link', () => {
  it.each<[PresignWarning['code'], PresignFields]>([
    ['KEY_IS_URL', { key: 'https://my-bucket.oss-cn-hangzhou.aliyuncs.com/a.txt' }],
    ['KEY_IS_URL', { key: 'oss://my-bucket/a.txt' }],
    ['PARAMETER_IN_KEY', { key: 'a.jpg?x-oss-process=image/resize,w_9' }],
    ['KEY_ENCODED', { key: '%E6%8A%A5%E5%91%8A.pdf' }],
    ['KEY_ENCODED', { key: 'dir%2Fa.pdf' }],
    ['WATERMARK_BASE64', { key: 'a.jpg', process: 'image/watermark,text_SGVsbG8+,size_10' }],
    ['WATERMARK_BASE64', { key: 'a.jpg', process: 'image/watermark,text_SGV/sbG8,size_10' }],
    ['INLINE_ON_DEFAULT_DOMAIN', { key: 'a.pdf', download: { disposition: 'inline' } }],
    ['APP_ON_DEFAULT_DOMAIN', { key: 'app.APK' }],
  ])('say %s: %j', async (code, fields) => {
    expect(await codes(fields)).toEqual([code]);
  });

  it.each<PresignFields>([
    { key: '目录/a b+c.txt' },
    { key: '100% of it.txt' },
    { key: 'why?.txt' },
    { key: 'a.jpg', process: 'image/watermark,text_SGVsbG8-_w/resize,w_100' },
    { key: 'a.jpg', process: 'image/resize,w_100/format,webp' },
    { key: 'a.pdf', download: { filename: 'b.pdf' } },
  ])('are absent for %j', async (fields) => {
    expect(await codes(fields)).toBeUndefined();
  });

  it('do not warn of a custom domain what only OSS’s own domains refuse', async () => {
    const endpoint = { endpoint: 'files.example.com', addressing: 'cname' } as const;
    expect(await codes({ key: 'app.apk', endpoint })).toBeUndefined();
    expect(await codes({ key: 'a.pdf', download: { disposition: 'inline' }, endpoint })).toBeUndefined();
  });

  it('stand beside the HEAD link', async () => {
    const presigner = createPresigner({ region: 'cn-hangzhou', bucket: 'my-bucket', credentials });
    const link = await presigner.presign({ key: 'a%20b', headTwin: true });
    expect(link).toMatchObject({ headUrl: expect.any(String), warnings: [{ code: 'KEY_ENCODED' }] });
  });
});

it('says once that V1 is retiring, and nothing for V4', async () => {
  const onWarning = vi.fn<NonNullable<PresignerOptions['onWarning']>>();
  await codes({ key: 'a' }, { version: 'v1', onWarning });
  await codes({ key: 'b' }, { onWarning });
  expect(onWarning.mock.calls.map(([warning]) => warning.code)).toEqual(['V1_IS_RETIRING']);
});
