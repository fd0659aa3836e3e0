import { inspectUrl } from '@ossgrant/url-presigner/inspect';
import { describe, expect, it } from 'vitest';
import { describeLink } from '../src/describe-link.ts';
import { ENGLISH, SIMPLIFIED_CHINESE } from '../src/texts.ts';

const url =
  'https://my-bucket.oss-cn-hangzhou.aliyuncs.com/a.txt?x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-date=20261128T100000Z' +
  '&x-oss-expires=3600&x-oss-credential=LTAI5tExampleExample%2F20261128%2Fcn-hangzhou%2Foss%2Faliyun_v4_request&x-oss-signature=00';
const link = (now: string): ReturnType<typeof inspectUrl> => inspectUrl(url, { now: new Date(now) });

describe('the facts of a link', () => {
  it('are rows of what the link says, with its end and how far it is', () => {
    const rows = new Map(describeLink(link('2026-11-28T10:30:00Z'), ENGLISH, 'en'));
    expect(rows.get('Bucket')).toBe('my-bucket');
    expect(rows.get('Object')).toBe('a.txt');
    expect(rows.get('Region')).toBe('cn-hangzhou');
    expect(rows.get('Valid until')).toMatch(/2026.*\(30 minutes left\)$/);
    expect([...rows.values()].join()).not.toContain('LTAI5tExampleExample');
  });

  it('say that an end is past', () => {
    const rows = new Map(describeLink(link('2026-11-30T11:00:00Z'), ENGLISH, 'en'));
    expect(rows.get('Valid until')).toMatch(/\(ended 2 days ago\)$/);
  });

  it('are there in Simplified Chinese, too', () => {
    const rows = new Map(describeLink(link('2026-11-28T10:30:00Z'), SIMPLIFIED_CHINESE, 'zh-CN'));
    expect(rows.get('失效时间')).toContain('30');
    expect(rows.get('失效时间')).toContain('后失效');
  });
});
