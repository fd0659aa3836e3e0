import { describe, expect, it } from 'vitest';
import { downloadToFile } from '../src/file/download-to-file.ts';
import { downloadToMemory, fromLinks, fromObject, fromUrl, openDownload, safeFileName } from '../src/index.ts';

const URL = 'http://127.0.0.1:1/a?x-oss-signature=hidden';
const source = fromUrl(URL);
const object = {
  region: 'cn-hangzhou',
  bucket: 'my-bucket',
  key: 'a',
  credentials: { accessKeyId: 'id', accessKeySecret: 'hidden' },
};

describe('arguments', () => {
  it.each<[string, (...args: never[]) => unknown, readonly unknown[], RegExp]>([
    ['fromUrl', fromUrl, [], /^fromUrl: url /],
    ['fromUrl', fromUrl, [5], /^fromUrl: url must be a string/],
    ['fromLinks', fromLinks, [URL, 'a'], /^fromLinks: mint must be a function/],
    ['fromLinks', fromLinks, [async () => URL, ''], /^fromLinks: identity must be a non-empty string/],
    ['fromObject', fromObject, [], /^fromObject /],
    ['fromObject', fromObject, [{ ...object, key: undefined }], /^fromObject: key is missing/],
    ['fromObject', fromObject, [{ ...object, key: '' }], /^fromObject: key must be a non-empty string/],
    ['fromObject', fromObject, [{ ...object, bucket: null }], /^fromObject: bucket must be/],
    ['fromObject', fromObject, [{ ...object, versionID: 'x' }], /Did you mean versionId\?/],
    ['fromObject', fromObject, [{ ...object, version: 'v2' }], /^fromObject: version must be "v4" or "v1"/],
    ['openDownload', openDownload, [URL], /^openDownload: source must be a request source/],
    ['openDownload', openDownload, [source, { timeout: 5 }], /Did you mean timeouts\?/],
    ['openDownload', openDownload, [source, { retry: { maxFailure: 5 } }], /maxFailures/],
    ['openDownload', openDownload, [source, { timeouts: 5 }], /^openDownload: timeouts takes an object/],
    ['openDownload', openDownload, [source, { requireVerified: 'yes' }], /requireVerified must be true or false/],
    ['downloadToFile', downloadToFile, [source], /^downloadToFile: path /],
    ['downloadToFile', downloadToFile, [source, ''], /^downloadToFile: path must be a non-empty string/],
    ['downloadToFile', downloadToFile, [source, 'a', { partsize: 5 }], /Did you mean partSize\?/],
    ['downloadToFile', downloadToFile, [source, 'a', { resume: 'no' }], /resume must be true or false/],
    ['downloadToMemory', downloadToMemory, [source], /^downloadToMemory /],
    ['downloadToMemory', downloadToMemory, [source, {}], /^downloadToMemory: maxBytes is missing/],
    ['safeFileName', safeFileName, [{ keys: 'a' }], /no option "keys"/],
  ])('of %s that are missing, mistyped or unknown are refused before any request', async (_, call, args, reason) => {
    const error: unknown = await Promise.resolve()
      .then(() => call(...(args as never[])))
      .then(
        () => expect.fail('it was accepted'),
        (thrown: unknown) => thrown,
      );
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toMatch(reason);
    expect((error as Error).message).not.toContain('hidden');
  });
});
