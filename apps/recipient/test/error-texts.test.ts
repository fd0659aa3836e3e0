import { CredentialError } from '@ossgrant/credentials-core';
import { DownloadError } from '@ossgrant/http-downloader';
import { expect, test } from 'vitest';
import { createWords } from '../src/page/words.ts';
import { CHINESE } from '../src/texts/chinese.ts';
import { ENGLISH } from '../src/texts/english.ts';

const english = createWords(ENGLISH, 'en');
const chinese = createWords(CHINESE, 'zh-CN');

test.each([
  [
    new CredentialError('x', { code: 'UNAVAILABLE', retryable: true }),
    'The connection failed. Check it and try again.',
  ],
  [new CredentialError('x', { code: 'THROTTLED', retryable: true }), ENGLISH['error.rate-limited']],
  [new CredentialError('x', { code: 'DENIED', retryable: false }), ENGLISH['error.ACCESS_DENIED']],
  [new CredentialError('x', { code: 'EXPIRED', retryable: false }), ENGLISH['error.EXPIRED']],
  [new CredentialError('x', { code: 'INVALID_CONFIG', retryable: false }), /\(INVALID_CONFIG\)/],
  [new DownloadError('x', { code: 'STALLED', retryable: true }), ENGLISH['error.NETWORK']],
  [new DownloadError('x', { code: 'CLOCK_SKEW', retryable: false }), ENGLISH['error.CLOCK_SKEW']],
  [new DownloadError('x', { code: 'HTTP_STATUS', retryable: false }), /\(HTTP_STATUS\)/],
  [new TypeError('Failed to fetch dynamically imported module'), ENGLISH['error.NETWORK']],
  // What the share's server says comes before what the downloader makes of it.
  [
    new DownloadError('x', { code: 'HTTP_STATUS', retryable: true, serviceCode: 'rate-limited' }),
    ENGLISH['error.rate-limited'],
  ],
  [
    new DownloadError('x', { code: 'LINK_EXPIRED', retryable: false, serviceCode: 'revoked' }),
    `${ENGLISH['revoked.title']}. ${ENGLISH['revoked.text']}`,
  ],
])('has words for %s', (error, text) => {
  if (typeof text === 'string') expect(english.error(error)).toBe(text);
  else expect(english.error(error)).toMatch(text);
  expect(chinese.error(error)).toMatch(/^[\u4e00-\u9fff].*[。）]$/);
});

test('has the same places for values in both languages', () => {
  const places = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
  for (const name of Object.keys(ENGLISH) as (keyof typeof ENGLISH)[]) {
    expect([name, places(CHINESE[name])]).toEqual([name, places(ENGLISH[name])]);
  }
});
