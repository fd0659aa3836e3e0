/** Dates, sizes and durations in one language. */
export interface Formats {
  /** In local time, with the zone. */
  readonly instant: (date: Date) => string;
  readonly shortInstant: (date: Date) => string;
  /** Without the time. */
  readonly day: (date: Date) => string;
  /** Such as "in 3 days", on one line. */
  readonly relative: (date: Date, now?: number) => string;
  readonly size: (bytes: number) => string;
  readonly number: (value: number) => string;
  /** The largest whole unit: "7 days", "90 minutes". */
  readonly duration: (seconds: number) => string;
}

/** Units with their length, and from how many seconds on they are used: what rounds to "24 hours" is a day. */
const DISTANCES: readonly (readonly [Intl.RelativeTimeFormatUnit, number, number])[] = [
  ['day', 86_400, 84_600],
  ['hour', 3600, 3570],
  ['minute', 60, 60],
  ['second', 1, 0],
];

const DURATIONS = [
  ['duration.days', 86_400],
  ['duration.hours', 3600],
  ['duration.minutes', 60],
] as const;

const NO_BREAK = '\u00A0';

type DurationName = (typeof DURATIONS)[number][0] | 'duration.seconds';

/** Formats of a language; words of durations come from its texts. */
export function createFormats(
  locale: string,
  t: (name: DurationName, values: { readonly count: number }) => string,
): Formats {
  const long = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short' });
  const zone = new Intl.DateTimeFormat(locale, { timeZoneName: 'short' });
  const short = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const distance = new Intl.RelativeTimeFormat(locale, { numeric: 'always' });
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  return {
    instant(date) {
      const name = zone.formatToParts(date).find(({ type }) => type === 'timeZoneName')?.value ?? '';
      return `${long.format(date)} ${name}`;
    },
    shortInstant: (date) => short.format(date),
    day: (date) => day.format(date),
    relative(date, now = Date.now()) {
      const seconds = Math.round((date.getTime() - now) / 1000);
      const [unit, length] = DISTANCES.find(([, , least]) => Math.abs(seconds) >= least) ?? ['second', 1];
      return distance.format(Math.round(seconds / length), unit).replaceAll(' ', NO_BREAK);
    },
    size(bytes) {
      const power = bytes < 1024 ? 0 : Math.min(4, Math.floor(Math.log2(bytes) / 10));
      return `${number.format(bytes / 1024 ** power)} ${['B', 'KB', 'MB', 'GB', 'TB'][power]}`;
    },
    number: (value) => number.format(value),
    duration(seconds) {
      const [name, length] = DURATIONS.find(([, size]) => seconds >= size && seconds % size === 0) ?? [
        'duration.seconds' as const,
        1,
      ];
      return t(name, { count: Math.round(seconds / length) });
    },
  };
}
