/** Whether a host is this machine, by its address or a reserved name (RFC 6761). */
export function isLoopback(hostname: string): boolean {
  return /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost|.+\.localhost)$/.test(hostname);
}

/** Variables of a process by name. */
type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy that the environment names for a request. */
export interface NamedProxy {
  /** Variable that names it, for messages: its value may hold a password. */
  readonly variable: string;
  readonly url: string;
}

/**
 * Which proxy a request goes through, as curl decides it: `HTTPS_PROXY` or `HTTP_PROXY` by the scheme, else `ALL_PROXY`; for https at
 * last `HTTP_PROXY`, as Node does. A name in lower case comes first. Hosts of `NO_PROXY` have none: names with all below them, with or
 * without a leading or trailing dot, addresses, networks such as `10.0.0.0/8` or `fd00::/8`, each also with a port, or `*`. This
 * machine has none either: tokens go to it by plain http, and must not leave it.
 *
 * @param origin of the request, such as `https://host:8443`
 */
export function proxyFor(origin: string, env: Environment): NamedProxy | undefined {
  const isHttps = /^https:/i.test(origin);
  const names = isHttps ? ['HTTPS_PROXY', 'ALL_PROXY', 'HTTP_PROXY'] : ['HTTP_PROXY', 'ALL_PROXY'];
  let named: NamedProxy | undefined;
  for (const name of names) named ??= valueOf(name, env);
  if (named === undefined) return undefined;
  const url = new URL(origin);
  const host = bareHost(url.hostname);
  const port = url.port || (isHttps ? '443' : '80');
  const isDirect = isLoopback(url.hostname) || isExcepted(host, port, valueOf('NO_PROXY', env)?.url ?? '');
  return isDirect ? undefined : named;
}

function valueOf(name: string, env: Environment): NamedProxy | undefined {
  for (const variable of [name.toLowerCase(), name]) {
    const url = env[variable];
    if (url !== undefined && url !== '') return { variable, url };
  }
  return undefined;
}

function isExcepted(host: string, port: string, list: string): boolean {
  return list.split(/[\s,]+/).some((entry) => entry !== '' && matches(entry.toLowerCase(), host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  // An address of IPv6 has a port only in brackets.
  const [, bracketed, name = entry, wanted] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(entry) ?? [];
  if (wanted !== undefined && wanted !== port) return false;
  const pattern = bracketed ?? name;
  const [network = '', prefix] = pattern.split('/');
  const address = parseAddress(host);
  const parsed = parseAddress(network);
  if (address !== undefined && parsed !== undefined) return isWithin(address, parsed, prefix);
  const suffix = bareHost(pattern.replace(/^\*?\./, ''));
  return suffix !== '' && (host === suffix || host.endsWith(`.${suffix}`));
}

function bareHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
}

interface Address {
  readonly value: bigint;
  readonly bits: 32 | 128;
}

function isWithin(address: Address, network: Address, prefix: string | undefined): boolean {
  if (address.bits !== network.bits) return false;
  const length = prefix === undefined ? network.bits : Number(prefix);
  if (!/^\d{0,3}$/.test(prefix ?? '') || length > network.bits) return false;
  const rest = BigInt(network.bits - length);
  return address.value >> rest === network.value >> rest;
}

function parseAddress(text: string): Address | undefined {
  const bytes = text.split('.');
  if (bytes.length === 4 && bytes.every((byte) => /^\d{1,3}$/.test(byte) && Number(byte) < 256)) {
    return { value: bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n), bits: 32 };
  }
  if (!text.includes(':') || text.length > 45) return undefined;
  // The platform's parser knows every way to write one.
  const normal = URL.canParse(`http://[${text}]/`) ? bareHost(new URL(`http://[${text}]/`).hostname) : undefined;
  if (normal === undefined) return undefined;
  const [head = '', tail] = normal.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => '0'), ...right];
  return { value: groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n), bits: 128 };
}
