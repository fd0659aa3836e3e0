const ISO_BASIC = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;
const RFC_1123 = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Reads `YYYYMMDDTHHMMSSZ`; `undefined` when it is anything else. */
export function parseIsoBasic(text: string): Date | undefined {
  const match = ISO_BASIC.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  return valid(new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`));
}

/** Reads `Wed, 28 Dec 2022 10:27:41 GMT`; `undefined` when it is anything else. */
export function parseRfc1123(text: string): Date | undefined {
  return RFC_1123.test(text) ? valid(new Date(text)) : undefined;
}

function valid(date: Date): Date | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date;
}
