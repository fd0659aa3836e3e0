/** A range of addresses, of one family. */
export interface Network {
  readonly family: 4 | 6;
  readonly base: bigint;
  readonly prefix: number;
}

const WIDTH = { 4: 32, 6: 128 } as const;

/** Reads an address or a network, such as `203.0.113.0/24` or `2001:db8::/32`; undefined for anything else. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', bits, ...rest] = text.split('/');
  const parsed = parseV4(address) ?? parseV6(address);
  if (parsed === undefined || rest.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return undefined;
  const width = WIDTH[parsed.family];
  const prefix = Number(bits ?? width);
  return prefix > width ? undefined : { ...parsed, prefix };
}

/** Whether an address lies in a network. An address of the other family does not. */
export function isInNetwork(address: string, network: Network): boolean {
  const parsed = parseNetwork(address);
  const width = WIDTH[network.family];
  if (parsed?.family !== network.family || parsed.prefix !== width) return false;
  const shift = BigInt(width - network.prefix);
  return parsed.base >> shift === network.base >> shift;
}

function parseV4(text: string): Pick<Network, 'family' | 'base'> | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) return undefined;
  return { family: 4, base: parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n) };
}

function parseV6(text: string): Pick<Network, 'family' | 'base'> | undefined {
  // A URL's host in brackets is an IPv6 address or nothing, and comes back in its shortest form.
  if (!/^[0-9a-f:.]+$/i.test(text) || !URL.canParse(`http://[${text}]/`)) return undefined;
  const [head = '', tail] = new URL(`http://[${text}]/`).hostname.slice(1, -1).split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  const all = [...before, ...zeros, ...after];
  return { family: 6, base: all.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n) };
}
