import { networkList } from '../access/addresses.ts';

// IANA's registries of special-purpose addresses: all blocks that are not globally reachable, and multicast.
// https://www.iana.org/assignments/iana-ipv4-special-registry, .../iana-ipv6-special-registry
const isSpecial4 = networkList([
  '0.0.0.0/8',
  '10.0.0.0/8',
  // Shared by carriers; Alibaba Cloud's metadata service is 100.100.100.200.
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]);
// Only this block is handed out for the Internet. IPv4 inside IPv6 and NAT64 are outside of it; 6to4 and Teredo are below.
const isGlobal6 = networkList(['2000::/3']);
const isSpecial6 = networkList(['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']);

/** Whether an address is one of the Internet, and not of a private network, this machine or a cloud's metadata service. */
export function isPublicAddress(address: string): boolean {
  return address.includes(':') ? isGlobal6(address) && !isSpecial6(address) : !isSpecial4(address);
}
