import { expect, test } from 'vitest';
import { chooseLanguage } from '../src/server/choose-language.ts';
import { CHINESE } from '../src/texts/chinese.ts';
import { ENGLISH } from '../src/texts/english.ts';

test.each([
  [null, 'en'],
  ['', 'en'],
  ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN'],
  ['zh-TW', 'zh-CN'],
  ['en-GB,zh;q=0.5', 'en'],
  ['fr-FR, zh;q=0.4, en;q=0.3', 'zh-CN'],
  ['zh;q=0, en', 'en'],
  ['de', 'en'],
  [`${'x'.repeat(1e6)},zh`, 'en'],
])('of Accept-Language %j chooses %s', (accepted, tag) => {
  expect(chooseLanguage(accepted).tag).toBe(tag);
});

test('says the same values in both languages', () => {
  const values = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
  for (const [name, text] of Object.entries(ENGLISH)) {
    expect([name, values(CHINESE[name as keyof typeof CHINESE])]).toEqual([name, values(text)]);
  }
});
