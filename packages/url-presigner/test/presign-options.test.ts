import { describe, expect, it } from 'vitest';
import { createPresigner } from '../src/create-presigner.ts';
import type { PresignRequest } from '../src/presigner.ts';

const asked: unknown[] = [];
const credentials = {
  getCredentials: async () => {
    asked.push(0);
    return { accessKeyId: 'id', accessKeySecret: 's' };
  },
};
const base = { region: 'cn-hangzhou', bucket: 'my-bucket', credentials };
const presigner = (more: object = {}) => createPresigner({ ...base, ...more });

/** What plain JavaScript callers may pass. */
const wrong = (fields: object) => fields as PresignRequest;

describe('a key that is missing', () => {
  const query: Readonly<Record<string, string | undefined>> = {};

  it.each([{}, { key: undefined }, { key: null }, { key: 5 }, { key: query['key'] }])(
    'never becomes a link to the bucket: %j',
    async (fields) => {
      for (const version of ['v4', 'v1'] as const) {
        for (const method of ['GET', 'DELETE']) {
          const failure = presigner({ version }).presign(wrong({ method, ...fields }));
          await expect(failure).rejects.toThrow(TypeError);
          await expect(failure).rejects.toThrow('presign: key');
        }
      }
    },
  );

  it('is one failed result of many', async () => {
    const results = [];
    for await (const result of presigner().presignMany([wrong({}), { key: 'a' }])) {
      results.push(result.ok ? 'ok' : result.error.message);
    }
    expect(results).toEqual(['presign: key is missing: it must be a string', 'ok']);
  });

  it('has no brothers: empty and unusable keys are refused by name', async () => {
    await expect(presigner().presign({ key: '' })).rejects.toMatchObject({ code: 'INVALID_KEY' });
    await expect(presigner().presign({ key: '..' })).rejects.toMatchObject({ code: 'INVALID_KEY' });
  });
});

describe('options of the wrong type', () => {
  it.each([
    [{ expiresIn: true }, 'expiresIn must be a number of seconds, or text such as "15m"'],
    [{ expiresAt: '2026-01-01' }, 'expiresAt must be a valid Date'],
    [{ expiresAt: new Date(Number.NaN) }, 'expiresAt must be a valid Date'],
    [{ headers: { 'x-oss-meta-a': 1 } }, 'headers["x-oss-meta-a"] must be a string'],
    [{ query: { tag: undefined } }, 'query["tag"] must be a string or null'],
    [{ allowInlineMarkup: 'false' }, 'allowInlineMarkup must be true or false'],
    [{ preventCaching: 1 }, 'preventCaching must be true or false'],
    [{ additionalHeaders: 'host' }, 'additionalHeaders must be an array'],
    [{ requestPayer: 'owner' }, 'requestPayer must be "requester"'],
    [{ response: 'text/plain' }, 'response takes an object of options'],
    [{ response: { contentType: '' } }, 'response.contentType must be a non-empty string'],
    [{ download: { disposition: 'show' } }, 'download.disposition must be "attachment" or "inline"'],
    [{ endpoint: { network: 'vpc' } }, 'endpoint.network must be'],
    [{ bucket: null }, 'bucket must be a string'],
  ])('are named with what they take: %j', async (fields, message) => {
    const count = asked.length;
    const failure = presigner().presign(wrong({ key: 'a', ...fields }));
    await expect(failure).rejects.toThrow(TypeError);
    await expect(failure).rejects.toThrow(`presign: ${message}`);
    expect(asked).toHaveLength(count);
  });

  it.each([
    [{ credentials: undefined }, 'createPresigner: credentials is missing'],
    [{ credentials: 'id:secret' }, 'createPresigner: credentials must be'],
    [{ version: 'V4' }, 'createPresigner: version must be "v4" or "v1"'],
    [{ ifShorter: true }, 'createPresigner: ifShorter must be "error" or "clamp"'],
    [{ clock: Date }, 'createPresigner: clock must be an object with now() and monotonic()'],
    [{ onWarning: [] }, 'createPresigner: onWarning must be a function'],
    [{ region: 5 }, 'createPresigner: region must be a string'],
  ])('are refused when the presigner is made: %j', (options, message) => {
    expect(() => presigner(options)).toThrow(new RegExp(`^${message.replaceAll(/[()]/g, String.raw`\$&`)}`));
    expect(() => presigner(options)).toThrow(TypeError);
  });

  it('are refused in calls too', async () => {
    await expect(presigner().presign({ key: 'a' }, { signal: {} as AbortSignal })).rejects.toThrow('AbortSignal');
    expect(() => presigner().presignMany('abc' as never)).toThrow(
      'presignMany: requests must be an iterable of requests, such as an array',
    );
    expect(() => presigner().presignMany(undefined as never)).toThrow(TypeError);
    expect(() => createPresigner(undefined as never)).toThrow('createPresigner takes an object of options');
  });
});

describe('options that are unknown', () => {
  it.each([
    [{ expires: 60 }, 'has no option "expires". Did you mean expiresIn?'],
    [{ expires_in: 60 }, 'has no option "expires_in". Did you mean expiresIn?'],
    [{ objectKey: 'a' }, 'has no option "objectKey". Did you mean key?'],
    [{ filename: 'a.txt' }, 'has no option "filename". Did you mean download: { filename }?'],
    [{ download: { fileName: 'a' } }, 'download has no option "fileName". Did you mean filename?'],
    [{ response: { 'content-type': 'a' } }, 'response has no option "content-type". Did you mean contentType?'],
  ])('are refused, with the name that is meant: %j', async (fields, message) => {
    await expect(presigner().presign(wrong({ key: 'a', ...fields }))).rejects.toThrow(message);
  });

  it('are refused when the presigner is made', () => {
    expect(() => presigner({ expires: 60 })).toThrow(
      'createPresigner has no option "expires". Did you mean expiresIn?',
    );
    expect(() => presigner({ stsToken: 'secret-token' })).toThrow('no option "stsToken"');
    expect(() => presigner({ stsToken: 'secret-token' })).not.toThrow('secret-token');
  });
});

it('takes optional options that are undefined for absent', async () => {
  const fields = { key: 'a', expiresIn: undefined, response: { contentType: undefined }, download: undefined };
  const { url } = await presigner({ ifShorter: undefined, clock: undefined }).presign(wrong(fields));
  expect(new URL(url).pathname).toBe('/a');
});
