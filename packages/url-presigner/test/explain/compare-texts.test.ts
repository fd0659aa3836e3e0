import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPresigner } from '../../src/create-presigner.ts';
import { explain } from '../../src/explain/explain.ts';
import { assumeRole } from '../assume-role.ts';
import { sendRaw } from '../send-raw.ts';

let oss: LocalOss;
let link: string;
beforeAll(async () => {
  oss = await startLocalOss();
  const credentials = await assumeRole(oss);
  const presigner = createPresigner({ endpoint: oss.endpoint, region: oss.region, bucket: 'my-bucket', credentials });
  link = (await presigner.presign({ key: 'a.txt' })).url;
});
afterAll(() => oss.close());

describe('explain without a secret', () => {
  it('shows where the server read another request, with tokens masked', async () => {
    const { error } = await sendRaw(oss.endpoint, { method: 'HEAD', url: link, headers: {} });
    const got = await sendRaw(oss.endpoint, { method: 'PUT', url: link, headers: {} });
    const { comparison, causes } = explain({ url: link, error: got.error });
    expect(comparison.canonicalRequest).toEqual([{ line: 1, ours: 'GET', server: 'PUT' }]);
    expect(comparison.stringToSign).toHaveLength(1);
    expect(causes).toEqual([]);
    expect(explain({ url: link, method: 'HEAD', error }).causes).toMatchObject([
      { code: 'METHOD_DIFFERS', certainty: 'likely' },
    ]);
  });

  it('masks the token in every line that it shows', async () => {
    const { error } = await sendRaw(oss.endpoint, { method: 'GET', url: `${link}&a=1`, headers: {} });
    const shown = JSON.stringify(explain({ url: link, error }));
    expect(shown).toContain('x-oss-security-token=[redacted]');
    const token = /x-oss-security-token=([^&]*)/.exec(link)?.[1] ?? '-';
    expect(shown).not.toContain(token);
  });
});

describe('explain', () => {
  it('finds nothing wrong with a link that works, and says that the signature matches', async () => {
    const presigner = createPresigner({
      endpoint: oss.endpoint,
      region: oss.region,
      bucket: 'my-bucket',
      credentials: oss.owner,
    });
    const { url } = await presigner.presign({ key: '目录/a b.txt', download: { filename: '报告.txt' } });
    expect(explain({ url, credentials: oss.owner })).toEqual({ causes: [], signatureMatches: true, comparison: {} });
  });

  it('says that another key signed', () => {
    const credentials = { accessKeyId: 'other', accessKeySecret: 'other', securityToken: 'other' };
    expect(explain({ url: link, credentials }).causes).toMatchObject([{ code: 'WRONG_SECRET', certainty: 'certain' }]);
  });

  it('survives an error that it cannot read, and a link that is not signed', () => {
    expect(explain({ url: 'https://example.com/a', error: '%%%' })).toEqual({ causes: [], comparison: {} });
  });

  it('refuses text that is not a URL, without repeating it', () => {
    expect(() => explain({ url: 'secret-text' })).toThrow(new TypeError('not an http or https URL'));
  });
});

it('keeps line breaks of a hostile link out of its messages', () => {
  const credentials = { accessKeyId: 'STS.x', accessKeySecret: 's', securityToken: 't' };
  const scope = 'x-oss-credential=STS.x%2F20260101%2Foss-%0Aforged%2Foss%2Faliyun_v4_request';
  const { causes } = explain({ url: `https://b.oss-cn-hangzhou.aliyuncs.com/k?${scope}&%0Aforged=1`, credentials });
  expect(causes.map(({ code }) => code)).toContain('REGION_WITH_PREFIX');
  for (const { message, fix } of causes) expect(message + fix).not.toContain('\n');
});
