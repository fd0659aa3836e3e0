import type { LinkInspection } from '@ossgrant/url-presigner/inspect';
import { formatObjectAddress } from '../../object-address.ts';
import { fromNow } from '../../output/time-span.ts';

const SCHEMES: Readonly<Record<LinkInspection['scheme'], string>> = {
  'oss-v4': 'OSS V4',
  'oss-v2': 'OSS V2',
  'oss-v1': 'OSS V1',
  's3-v4': 'S3 V4',
  's3-v2': 'S3 V2',
  none: 'none: this URL is not signed',
};

/** A link in words, one fact a line. */
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
  return key === undefined ? undefined : `${key} in the bucket of the domain`;
}

function instant(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}
