import { inspectUrl } from '@ossgrant/url-presigner/inspect';
import { safeJson } from '../../output/safe-json.ts';
import { readText } from '../../read-text.ts';
import { defineVerb, type Verb } from '../../verb.ts';
import { inspectionLines } from './inspection-lines.ts';

const OPTIONS = {
  json: { type: 'flag', help: 'one JSON object' },
} as const;

/** `ossgrant inspect`: what a link says of itself, without its signature and token. */
export const inspect: Verb<typeof OPTIONS> = defineVerb({
  name: 'inspect',
  summary: 'Say what a signed link grants, until when, and what is wrong with it',
  examples: [
    { says: 'a link in words', command: "ossgrant inspect 'https://my-bucket.oss-cn-hangzhou.aliyuncs.com/a.txt?...'" },
    { says: 'a link that stays out of the shell history', command: 'ossgrant inspect - < link.txt' },
    { says: 'how many seconds it has left', command: 'ossgrant inspect - --json < link.txt | jq .secondsLeft' },
  ],
  positional: { name: 'URL|-', min: 1, max: 1 },
  options: OPTIONS,
  async run({ args: [given = ''], options, cwd, stdin, stdout }) {
    const url = given === '-' ? (await readText('-', { cwd, stdin })).trim() : given;
    const inspection = inspectUrl(url);
    if (options.json) return stdout.line(safeJson(inspection, 2));
    for (const line of inspectionLines(inspection)) await stdout.line(line);
  },
});
