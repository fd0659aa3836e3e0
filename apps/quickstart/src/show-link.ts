/** A signed link, one parameter per line. */
export function linkLines(url: string): string[] {
  const [head = '', query = ''] = url.split(/\?(.*)/s);
  return [head, ...query.split('&').map((pair, index) => `${index === 0 ? '?' : '&'}${pair}`)];
}

/** Shortens signature and token: nobody must be able to copy a working link from a log. */
export function shortenedLines(url: string): string[] {
  return linkLines(url).map((line) =>
    line.replace(/^([?&](?:Signature|x-oss-signature|security-token|x-oss-security-token)=.{6}).*/, '$1…'),
  );
}
