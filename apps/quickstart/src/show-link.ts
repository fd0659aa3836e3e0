/** A signed link, one parameter a line. */
export function linkLines(url: string): string[] {
  const [head = '', query = ''] = url.split(/\?(.*)/s);
  return [head, ...query.split('&').map((pair, index) => `${index === 0 ? '?' : '&'}${pair}`)];
}

/** A link that still works must not be copied from a log: its signature and token are cut short. */
export function shortenedLines(url: string): string[] {
  return linkLines(url).map((line) =>
    line.replace(/^([?&](?:Signature|x-oss-signature|security-token|x-oss-security-token)=.{6}).*/, '$1…'),
  );
}
