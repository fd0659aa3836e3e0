import type { LinkInspection } from '@ossgrant/url-presigner/inspect';
import type { InspectorTexts } from './texts.ts';

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

/** Rows of a link's facts: what it says of itself, in the reader's language and time zone. */
export function describeLink(
  link: LinkInspection,
  { facts }: InspectorTexts,
  locale: string,
): readonly (readonly [name: string, value: string])[] {
  const instant = (date: Date): string =>
    new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'long' }).format(date);
  const rows: (readonly [string, string | undefined])[] = [
    [facts.scheme, link.scheme === 'none' ? facts.none : link.scheme],
    [facts.host, link.host],
    [facts.bucket, link.bucket],
    [facts.key, link.key],
    [facts.signer, link.accessKeyId],
    [facts.region, link.scope?.region],
    [facts.starts, link.start && instant(link.start)],
    [facts.ends, link.end && `${instant(link.end)} (${distance(link.secondsLeft ?? 0, facts, locale)})`],
    [facts.token, link.hasToken ? facts.yes : facts.no],
    [facts.signedHeaders, link.additionalHeaders.join(', ')],
    [facts.parameters, parameters(link.parameters)],
  ];
  return rows.filter((row): row is readonly [string, string] => row[1] !== undefined && row[1] !== '');
}

function distance(seconds: number, facts: InspectorTexts['facts'], locale: string): string {
  const size = Math.abs(seconds);
  const [unit, length] = UNITS.find(([, unitSeconds]) => size >= unitSeconds) ?? ['second', 1];
  const amount = new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(
    Math.floor(size / length),
  );
  if (locale.startsWith('zh')) return `${amount}${seconds < 0 ? facts.ended : facts.left}`;
  return seconds < 0 ? `${facts.ended} ${amount} ago` : `${amount} ${facts.left}`;
}

function parameters(found: LinkInspection['parameters']): string {
  return Object.entries(found)
    .map(([name, value]) => (value === null ? name : `${name} = ${value}`))
    .join('\n');
}
