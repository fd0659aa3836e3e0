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
  await oss.createBucket('my-bucket');
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
    expect(causes).toMatchObject([{ code: 'METHOD_DIFFERS', certainty: 'likely' }]);
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
