import { expect, test } from 'vitest';
import { migrate } from '../src/postgres/index.ts';

/** The text of each migration, in order. */
async function migrations(): Promise<readonly string[]> {
  const texts: string[] = [];
  const query = async ({ text }: { readonly text: string }): Promise<[]> => {
    texts.push(...[...text.matchAll(/\$migration\$(.*?)\$migration\$/gs)].map(([, one = '']) => one));
    return [];
  };
  await migrate({ query });
  return texts;
}

/** What the version before a migration would stumble over: it goes on over the new tables. */
function breaks(sql: string): string | undefined {
  const breaking = [
    /\bdrop\s+(?:table|column|view|type|schema)\b/i,
    /\brename\b/i,
    /\balter\s+column\b/i,
    /\bset\s+not\s+null\b/i,
    /\btruncate\b/i,
    // An older insert leaves the column out.
    /\badd\s+column\b(?=[^;,]*\bnot\s+null\b)(?![^;,]*\bdefault\b)/i,
  ];
  return breaking.map((pattern) => pattern.exec(sql)?.[0]).find((found) => found !== undefined);
}

test('a migration after the first only adds, so that the version before it goes on over the new tables', async () => {
  const [first = '', ...later] = await migrations();
  expect(first).toContain('create table share (');
  for (const sql of later) expect(breaks(sql)).toBeUndefined();
});

test.each([
  ['alter table share drop column label', 'drop column'],
  ['drop table share_use;', 'drop table'],
  ['alter table share rename column label to note', 'rename'],
  ['alter table share alter column label type varchar(10)', 'alter column'],
  ['alter table share add column note text not null;', 'add column'],
  ["alter table share add column note text not null default '';", undefined],
  ['alter table share add column note text; create table note (id bytea primary key not null)', undefined],
  ['create or replace function redeem() returns text language sql as $$ select $$', undefined],
])('of "%s" it would find: %s', (sql, found) => {
  expect(breaks(sql)).toBe(found);
});
