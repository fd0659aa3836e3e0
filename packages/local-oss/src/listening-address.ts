import { BlockList, isIP, type AddressInfo } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

// An address that stands for all of a machine's is none to connect to.
const OWN: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** Whether only this machine can reach an address; names are resolved by then. */
export function isLoopback(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && LOOPBACK.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** URL that this machine reaches a server by. */
export function endpointOf({ address, port, family }: AddressInfo, scheme: 'http' | 'https'): string {
  const own = OWN[address] ?? address;
  return `${scheme}://${family === 'IPv6' ? `[${own}]` : own}:${port}`;
}
