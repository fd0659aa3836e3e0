import { BlockList, isIP } from 'node:net';

const NETWORK = /^(.+?)(?:\/(\d{1,3}))?$/;

/** A set of addresses and networks, such as `203.0.113.7` and `2001:db8::/32`. @throws RangeError for other text */
export function networkList(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [, address = '', bits] = NETWORK.exec(network) ?? [];
    const family = isIP(address);
    const most = family === 6 ? 128 : 32;
    if (family === 0 || Number(bits ?? most) > most) {
      throw new RangeError(`"${network}" must be an address or a network, such as "203.0.113.7" or "203.0.113.0/24"`);
    }
    list.addSubnet(address, Number(bits ?? most), family === 6 ? 'ipv6' : 'ipv4');
  }
  // Most servers stand behind no proxy, and a look into an empty list costs as much as into a full one.
  if (networks.length === 0) return () => false;
  return (address) => {
    const family = isIP(address);
    return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
  };
}

/** IPv4 inside IPv6 is how a dual-stack socket names an IPv4 client. */
function plain(address: string): string {
  return address.trim().replace(/^::ffff:(?=\d+\.)/i, '');
}

/**
 * Finds the client's address: the connection's other end, or, where that is a trusted proxy, the last address of
 * `X-Forwarded-For` that is not one. Everything left of it may be made up by the client.
 */
export function clientAddress(
  remoteAddress: string | undefined,
  forwardedFor: string | undefined,
  isTrusted: (address: string) => boolean,
): string | undefined {
  if (remoteAddress === undefined) return undefined;
  let address = plain(remoteAddress);
  for (const hop of (forwardedFor ?? '').split(',').reverse()) {
    if (!isTrusted(address)) break;
    const before = plain(hop);
    if (isIP(before) === 0) break;
    address = before;
  }
  return address;
}
