import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explain } from '../../src/explain/explain.ts';
import { startBench, type Bench } from './bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());

const codes = (input: Parameters<typeof explain>[0]): readonly string[] =>
  explain(input).causes.map(({ code, certainty }) => `${code} ${certainty}`);

describe('explain', () => {
  it('finds nothing wrong with a link that works, and says that the signature matches', async () => {
    const url = await bench.sign({ key: '目录/a b.txt', download: { filename: '报告.txt' } });
    const now = bench.oss.clock.now();
    expect(explain({ url, credentials: bench.oss.owner, now })).toEqual({
      causes: [],
      signatureMatches: true,
      comparison: {},
    });
    expect(explain({ url, now }).causes).toEqual([]);
  });

  it('finds no damage in a link whose signature the secret confirms, however it looks', async () => {
    const { owner, clock } = bench.oss;
    for (const key of ['a&amp;b.txt', 'https://x.example.com/a', '100%25.txt', 'a\u3002.txt']) {
      const url = await bench.sign({ key });
      expect(explain({ url, credentials: owner, now: clock.now() }).causes).toEqual([]);
    }
  });

  it('says that another key signed', async () => {
    const credentials = { accessKeyId: 'other', accessKeySecret: 'other' };
    expect(codes({ url: await bench.sign(), credentials, now: bench.oss.clock.now() })).toEqual(['OTHER_KEY proved']);
  });

  it('takes the order of parameters for no evidence', async () => {
    const url = await bench.sign(
      { response: { contentLanguage: 'en' } },
      { version: 'v1', credentials: bench.session },
    );
    const [origin, query = ''] = url.split('?');
    const reversed = `${origin}?${query.split('&').toReversed().join('&')}`;
    const { error } = await bench.send({ url: reversed, method: 'PUT' });
    expect(codes({ url: reversed, error, now: bench.oss.clock.now() })).not.toContain('PARAMETER_APPENDED likely');
    expect((await bench.send({ url: reversed })).status).toBe(200);
  });

  it('calls nothing of a damaged text certain: only the damage, where the secret proves it', async () => {
    const url = (await bench.sign({}, { credentials: bench.session })).replaceAll('&', '&amp;');
    const now = bench.oss.clock.now();
    expect(codes({ url, now })).toEqual(['HTML_ESCAPED likely']);
    expect(codes({ url, now, credentials: bench.session })).toEqual(['HTML_ESCAPED proved']);
    const expired = new Date(now.getTime() + 86_400_000);
    expect(codes({ url, now: expired, credentials: bench.session })).toEqual([
      'HTML_ESCAPED proved',
      'EXPIRED possible',
      'TOKEN_EXPIRED possible',
    ]);
  });

  it('undoes several damages of one link', async () => {
    const url = (await bench.sign()).replaceAll('&', '&amp;').replace(/.{90}/g, '$&\n');
    expect(codes({ url, credentials: bench.oss.owner, now: bench.oss.clock.now() })).toEqual([
      'HTML_ESCAPED proved',
      'LINE_BROKEN proved',
    ]);
  });

  it('survives an error that it cannot read, and a link that is not signed', () => {
    expect(explain({ url: 'https://example.com/a', error: '%%%' })).toEqual({ causes: [], comparison: {} });
  });
});

describe('what the server echoes', () => {
  it('shows a method that was changed on its way', async () => {
    const url = await bench.sign();
    const { error } = await bench.send({ url, method: 'PUT' });
    const now = bench.oss.clock.now();
    const [cause] = explain({ url, error, now }).causes;
    expect(cause).toMatchObject({ code: 'METHOD_DIFFERS', certainty: 'likely' });
    expect(cause?.message).toContain('was sent as GET and arrived as PUT');
    expect(codes({ url, error, now, credentials: bench.oss.owner })).toEqual(['METHOD_DIFFERS proved']);
  });

  it('shows a header that a proxy added', async () => {
    const url = await bench.sign();
    const { error } = await bench.send({ url, headers: { 'content-type': 'text/x-proxy' } });
    const input = { url, error, headers: {}, now: bench.oss.clock.now() };
    expect(codes(input)).toEqual(['CONTENT_TYPE_NOT_SIGNED likely']);
    expect(codes({ ...input, credentials: bench.oss.owner })).toEqual(['CONTENT_TYPE_NOT_SIGNED proved']);
  });

  it.each(['v4', 'v1'] as const)('is enough without the link (%s)', async (version) => {
    const url = await bench.sign({ response: { contentLanguage: 'en' } }, { version });
    const { error } = await bench.send({ url, method: 'HEAD' });
    const now = bench.oss.clock.now();
    expect(codes({ error, now, credentials: bench.oss.owner })).toEqual(['METHOD_DIFFERS proved']);
    expect(codes({ error, now })).toEqual(['METHOD_DIFFERS likely']);
  });

  it('is asked for where there is neither it nor a link', () => {
    const message = 'explain: url is missing, and error does not echo the request: give one of them';
    expect(() => explain({})).toThrow(new TypeError(message));
    expect(() => explain({ error: '<Code>AccessDenied</Code>' })).toThrow(new TypeError(message));
  });
});

describe('a refusal that is about the whole bucket', () => {
  const url = 'https://b.oss-cn-hangzhou.aliyuncs.com/a.jpg';
  it.each([
    [
      'STYLE_ONLY',
      '<Error><Code>AccessDenied</Code><Message>channel can be only accessed using style</Message></Error>',
    ],
    ['REFERER_DENIED', '<Error><Code>AccessDenied</Code><EC>0003-00000503</EC></Error>'],
    ['APP_ON_DEFAULT_DOMAIN', '<Error><Code>ApkDownloadForbidden</Code></Error>'],
    ['NO_PERMISSION', '<Error><Code>AccessDenied</Code><EC>0003-00000001</EC></Error>'],
  ])('is named: %s', (code, error) => {
    expect(codes({ url, error })).toEqual([`${code} named`]);
  });

  it('shows the endpoint that the server wants', () => {
    const error = `<Error><Code>AccessDenied</Code><Message>The bucket you are attempting to access must be addressed using the specified endpoint.</Message><Endpoint>oss-cn-beijing.aliyuncs.com</Endpoint></Error>`;
    const [cause] = explain({ url, error }).causes;
    expect(cause).toMatchObject({ code: 'WRONG_ENDPOINT', certainty: 'named' });
    expect(cause?.message).toContain('"oss-cn-beijing.aliyuncs.com"');
  });
});

describe('options that are wrong', () => {
  it.each([
    [{ url: 5 }, 'explain: url must be a string'],
    [{ url: 'https://a.example.com', error: {} }, 'explain: error must be a string'],
    [
      { url: 'https://a.example.com', credentials: { accessKeyId: 'x' } },
      'explain: credentials must be credentials with',
    ],
    [{ url: 'https://a.example.com', header: {} }, 'explain has no option "header". Did you mean headers?'],
    [{ url: 'https://a.example.com', now: 5 }, 'explain: now must be a valid Date'],
    [{ url: 'secret-text' }, 'not an http or https URL'],
  ])('are a TypeError: %j', (input, message) => {
    expect(() => explain(input as never)).toThrow(TypeError);
    expect(() => explain(input as never)).toThrow(message);
  });

  it('are a RangeError where they are longer than any server takes', () => {
    expect(() => explain({ url: `https://a.example.com/${'x'.repeat(40_000)}` })).toThrow(RangeError);
    const headers = { 'x-oss-meta-a': 'x'.repeat(70_000) };
    expect(() => explain({ url: 'https://a.example.com/', headers })).toThrow(RangeError);
  });
});

it('keeps line breaks of a hostile link out of its messages', () => {
  const credentials = { accessKeyId: 'STS.x', accessKeySecret: 's', securityToken: 't' };
  const scope = 'x-oss-credential=STS.x%2F20260101%2Foss-%0Aforged%2Foss%2Faliyun_v4_request';
  const { causes } = explain({ url: `https://b.oss-cn-hangzhou.aliyuncs.com/k?${scope}&%0Aforged=1`, credentials });
  expect(causes.map(({ code }) => code)).toContain('REGION_WITH_PREFIX');
  for (const { message, fix } of causes) expect(message + fix).not.toContain('\n');
});
