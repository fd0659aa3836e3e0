import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

type Texts = Readonly<Record<string, string>>;

function read(name: string): Texts {
  return JSON.parse(readFileSync(new URL(`../src/texts/${name}.json`, import.meta.url), 'utf8')) as Texts;
}

const english = read('en');
const chinese = read('zh-CN');

test('each text exists in both languages', () => {
  expect(Object.keys(chinese).toSorted()).toEqual(Object.keys(english).toSorted());
});

test('each text names the same values in both languages', () => {
  const values = (text = ''): string[] =>
    [...new Set(Array.from(text.matchAll(/\{(\w+)(?=[,}])/g), ([, name = '']) => name))].toSorted();
  for (const [name, text] of Object.entries(english)) {
    expect([name, ...values(chinese[name])]).toEqual([name, ...values(text)]);
  }
});
