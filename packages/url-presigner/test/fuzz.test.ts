import type { Credentials } from '@ossgrant/credentials-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPresigner } from '../src/create-presigner.ts';
import { explain } from '../src/explain/explain.ts';
import { inspectUrl } from '../src/inspect/inspect-url.ts';
import { signPlaylist } from '../src/playlist.ts';
import { createPostPresigner } from '../src/post/create-post-presigner.ts';
import type { PresignerOptions } from '../src/presigner.ts';

const RUNS = Number(process.env['OSSGRANT_RUNS'] ?? 250);
const SECRET = 'SecretSecretSecretSecretSecret01';
const TOKEN = 'CAISTokenTokenTokenTokenTokenTokenTokenTokenToken';
const credentials: Credentials = { accessKeyId: 'STS.NUgExample', accessKeySecret: SECRET, securityToken: TOKEN };
const base: PresignerOptions = { region: 'cn-hangzhou', bucket: 'my-bucket', credentials };

/** What callers pass: right, wrong, and of no type at all. */
const anything = fc.oneof(
  fc.anything({ maxDepth: 2, withDate: true }),
  fc.constantFrom<unknown>(
    undefined,
    null,
    '',
    0,
    -1,
    Number.NaN,
    [],
    {},
    () => {},
    new Date(Number.NaN),
    '15m',
    'GET',
  ),
  fc.string({ unit: 'binary' }),
);
const bag = (names: readonly string[]) =>
  fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), anything, { maxKeys: 6 });

const REQUEST =
  `key bucket method versionId response download process trafficLimit requestPayer sourceIp vpcId preventCaching
  stableWindow headTwin allowInlineMarkup headers additionalHeaders query endpoint expiresIn expiresAt`.split(/\s+/);
const PRESIGNER =
  'credentials bucket version expiresIn ifShorter onWarning clock region endpoint network addressing'.split(' ');
const FORM = 'key bucket contentLength contentType fields conditions endpoint expiresIn expiresAt'.split(' ');
const EXPLAIN = 'url method headers credentials error bucket endpoint now'.split(' ');
const TYPED = /^(TypeError|RangeError|SigningError|PresignError|CredentialError)$/;

/** Runs it; what it gives, or an error of the documented classes that shows no secret. */
async function outcome(run: () => unknown): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    expect((error as Error).name).toMatch(TYPED);
    const { message } = error as Error;
    expect(message).not.toContain(SECRET);
    expect(message).not.toContain(TOKEN);
    expect(message).toMatch(/^[^\n]{1,2000}$/);
    return undefined;
  }
}

const expectDocumented = async (given: fc.Arbitrary<unknown>, run: (value: never) => unknown): Promise<void> =>
  fc.assert(
    fc.asyncProperty(given, async (value) => {
      const copy = structuredCloneOrSame(value);
      await outcome(() => run(value as never));
      expect(structuredCloneOrSame(value)).toEqual(copy);
    }),
    { numRuns: RUNS },
  );

// Functions cannot be cloned, nor are they changed.
function structuredCloneOrSame(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return undefined;
  }
}

describe('whatever a caller passes, the result is one that is documented, and no argument is changed:', () => {
  it('createPresigner', () =>
    expectDocumented(fc.oneof(anything, bag(PRESIGNER)), (options) =>
      createPresigner({ ...base, ...(options as object) }),
    ));

  it('presign', () =>
    expectDocumented(fc.oneof(anything, bag(REQUEST)), (request) => createPresigner(base).presign(request)));

  it('presign, of options that are nearly right', () => {
    const presigner = createPresigner({ ...base, ifShorter: 'clamp' });
    const near = fc.record({ key: fc.string({ unit: 'grapheme' }), more: bag(REQUEST) });
    return expectDocumented(near, ({ key, more }: { key: string; more: object }) =>
      presigner.presign({ ...more, key }),
    );
  });

  it('presignMany', () =>
    expectDocumented(fc.oneof(anything, fc.array(bag(REQUEST))), async (requests) => {
      for await (const result of createPresigner(base).presignMany(requests)) {
        if (!result.ok) expect(result.error.name).toMatch(TYPED);
      }
    }));

  it('createPostPresigner and presignPost', () =>
    expectDocumented(
      fc.tuple(bag(PRESIGNER), fc.oneof(anything, bag(FORM))),
      async ([options, request]: [object, never]) => {
        await outcome(() => createPostPresigner({ ...base, ...options }));
        return createPostPresigner(base).presignPost(request);
      },
    ));

  it('signPlaylist', () => {
    const line = fc.oneof(
      fc.webUrl(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('a.ts', '../x', '#EXT-X-KEY:URI="k"'),
    );
    const text = fc.oneof(
      anything,
      fc.array(line).map((lines) => ['#EXTM3U', ...lines].join('\n')),
    );
    const presigner = createPresigner(base);
    return expectDocumented(fc.tuple(text, bag(['within', 'bucket', 'link'])), ([playlist, more]: [string, object]) =>
      signPlaylist(playlist, { ...more, presigner, key: 'hls/a.m3u8' }),
    );
  });

  it('inspectUrl', () =>
    expectDocumented(fc.oneof(anything, fc.webUrl({ withQueryParameters: true })), (text) => inspectUrl(text)));

  it('explain', () =>
    expectDocumented(fc.oneof(anything, bag(EXPLAIN), links()), (input) => {
      const shown = JSON.stringify(explain(input));
      expect(shown).not.toContain(SECRET);
    }));
});

// Links of the right form, with something changed in each.
function links(): fc.Arbitrary<object> {
  const piece = fc.oneof(fc.string(), fc.constantFrom('&amp;', '%25', '?', '#', '\n', '=3D', '+', '&x=1'));
  const at = fc.nat(300);
  const url =
    'https://my-bucket.oss-cn-hangzhou.aliyuncs.com/a.txt?x-oss-credential=LTAI%2F20260101%2Fcn-hangzhou%2Foss%2Faliyun_v4_request&x-oss-date=20260101T000000Z&x-oss-expires=900&x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-signature=0a1b';
  return fc.record({
    url: fc.tuple(piece, at).map(([text, index]) => url.slice(0, index) + text + url.slice(index)),
    method: fc.constantFrom('GET', 'HEAD', 'PUT'),
    error: fc.oneof(fc.string(), fc.constantFrom('<Code>SignatureDoesNotMatch</Code>', '<Code>AccessDenied</Code>')),
    credentials: fc.constant({ accessKeyId: 'LTAI', accessKeySecret: SECRET }),
  });
}
