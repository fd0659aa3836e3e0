import { type LinkInspection, inspectUrl } from '@ossgrant/url-presigner/inspect';
import { formatObjectAddress } from '../input/object-address.ts';
import { readText } from '../input/read-text.ts';
import { fromNow, safeJson } from '../output/format.ts';
import { defineVerb, type Verb } from '../verb.ts';

const SCHEMES: Readonly<Record<LinkInspection['scheme'], string>> = {
  'oss-v4': 'OSS V4',
  'oss-v2': 'OSS V2',
  'oss-v1': 'OSS V1',
  's3-v4': 'S3 V4',
  's3-v2': 'S3 V2',
  none: 'none: this URL is not signed',
};

/** Describes a link, one fact per line. */
export function inspectionLines(inspection: LinkInspection): readonly string[] {
  const { bucket, key, start, end, secondsLeft, scope, accessKeyId } = inspection;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['object', objectOf(bucket, key)],
    ['host', `${inspection.host} (${inspection.hostKind})`],
    ['signature', SCHEMES[inspection.scheme]],
    ['signed by', accessKeyId && `${accessKeyId} (${inspection.hasToken ? 'temporary' : 'long-lived'} credentials)`],
    ['region', scope?.region],
    ['signed at', start && instant(start)],
    ['ends', end && `${instant(end)}${secondsLeft === undefined ? '' : ` (${fromNow(secondsLeft)})`}`],
    ['headers', inspection.additionalHeaders.join(', ') || undefined],
    ...Object.entries(inspection.parameters).map(([name, value]): [string, string] => [
      'parameter',
      value === null ? name : `${name}=${value}`,
    ]),
    ...inspection.warnings.map(({ code, message }): [string, string] => ['warning', `${message} (${code})`]),
  ];
  return facts
    .filter((fact): fact is [string, string] => fact[1] !== undefined)
    .map(([name, value]) => `${name.padEnd(10)} ${value}`);
}

function objectOf(bucket: string | undefined, key: string | undefined): string | undefined {
  if (bucket !== undefined) return formatObjectAddress({ bucket, key: key ?? '' });
  return key === undefined ? undefined : `${key} in the bucket behind the domain`;
}

function instant(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}

const OPTIONS = {
  json: { type: 'flag', help: 'write one JSON object' },
} as const;

/** `ossgrant inspect`: shows what a link contains, without its signature and token. */
export const inspect: Verb<typeof OPTIONS> = defineVerb({
  name: 'inspect',
  summary: 'Show what a signed link grants, until when, and what is wrong with it',
  examples: [
    { description: 'a link', command: "ossgrant inspect 'https://my-bucket.oss-cn-hangzhou.aliyuncs.com/a.txt?...'" },
    {
      description: 'from stdin, which keeps the link out of the shell history',
      command: 'ossgrant inspect - < link.txt',
    },
    {
      description: 'how many seconds it still works',
      command: 'ossgrant inspect - --json < link.txt | jq .secondsLeft',
    },
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
