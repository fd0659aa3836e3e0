// Counts phrases that a reader must read twice, in sources, messages and documents, and fails on those that are never right.
// They come back because they look short: `"x" is no rate` for `"x" is not a valid rate`. `--count FOLDER` prints every count
// for the tree in that folder and fails on nothing.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** @type {{ name: string, pattern: RegExp, instead: string, fails: boolean }[]} */
const PHRASES = [
  {
    name: '"is no", "are no" without "there"',
    pattern: /(?<!\bthere )\b(?:is|are|was|were) no (?!longer\b|more\b|less\b|worse\b|fewer\b|one\b)(?=[a-z`"'])/gi,
    instead: 'write "is not a ..." or "has no ..."',
    fails: true,
  },
  {
    name: '"gone on from", "to be had", "there is none"',
    pattern: /\bgone on\b|\bto be had\b|\bif there is none\b/gi,
    instead: 'write "resumed", "available", "if missing"',
    fails: true,
  },
  {
    name: '"nothing to ... with"',
    pattern: /\bnothing to \w+ (?:\w+ )?(?:with|from|by|to)\b/gi,
    instead: 'name what is missing',
    fails: true,
  },
  {
    name: '"tells", "told"',
    pattern: /\b(?:tells|told|telling)\b/gi,
    instead: 'write "reports", "says" or "passes"',
    fails: true,
  },
  {
    name: '"what", "who", "whether" as a subject',
    pattern: /(?:^|[.:;] |\/\/ |\* |['"`(])(?:what|who|whether)\b(?=[^?\n]*\b(?:is|are|was|were|has|can|does)\b)/gim,
    instead: 'use a noun',
    fails: false,
  },
  {
    name: 'a preposition at the end of a clause',
    pattern: /\b(?:with|of|from|for|by|about|into|upon)[.;:](?=\s|$)/gim,
    instead: 'move the preposition before its noun',
    fails: false,
  },
  {
    name: '"it is ... that"',
    pattern: /\bit is (?:the |a |an )?\w+(?: \w+)? that\b/gi,
    instead: 'start with the subject',
    fails: false,
  },
  {
    name: '"answer" for a response',
    pattern: /\banswer(?:s|ed|ing)?\b/gi,
    instead: 'write "response", "respond"',
    fails: false,
  },
  {
    name: '"at once", "for it", "of it" padding',
    pattern: /\bmost at once\b|\bas many as\b|\bthat there is\b/gi,
    instead: 'write "in parallel", "up to"',
    fails: false,
  },
];

const counting = process.argv[2] === '--count';
const root = counting ? (process.argv[3] ?? '.') : '.';
const files = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8', cwd: root })
  .split('\0')
  .filter(
    (file) => /\.(?:ts|mjs|cjs|md)$/.test(file) && !/\/vectors\/|CHANGELOG|^tools\/checks\/language\.mjs$/.test(file),
  );

/** @type {Map<string, number>} */
const counts = new Map(PHRASES.map(({ name }) => [name, 0]));
let problems = 0;
for (const file of files) {
  /** @type {string} */
  let text;
  try {
    text = readFileSync(path.join(root, file), 'utf8');
  } catch {
    continue; // Deleted, but not yet committed.
  }
  for (const { name, pattern, instead, fails } of PHRASES) {
    for (const match of text.matchAll(pattern)) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
      if (!fails || counting) continue;
      problems += 1;
      const line = text.slice(0, match.index).split('\n').length;
      console.error(`${file}:${line} has "${match[0].trim()}": ${instead}`);
    }
  }
}
if (counting) for (const [name, count] of counts) console.log(`${String(count).padStart(6)}  ${name}`);
console.log(`${files.length} files, ${problems} problems`);
process.exitCode = problems === 0 ? 0 : 1;
