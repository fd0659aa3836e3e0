/** What a host name of OSS says. */
export interface OssHost {
  /** Network by which the host is reached; a cloud box is a machine on the customer's premises. */
  readonly kind: 'public' | 'internal' | 'accelerate' | 'dual-stack' | 'cloud-box';
  /** Absent for the accelerate hosts, which serve every region. A cloud box has its own id here, with which it signs. */
  readonly region?: string;
  /** Absent when the name starts with no bucket. */
  readonly bucket?: string;
}

type Network = 'public' | 'internal' | 'dual-stack';

// Hosts that do not follow the pattern, and regions that have such hosts: the legacy names of the first region, and the finance
// cloud. Of several hosts of one region and network, the first is the one that is made from the region.
// https://www.alibabacloud.com/help/en/oss/user-guide/regions-and-endpoints
const IRREGULAR: readonly (readonly [name: string, region: string, kind: Network])[] = [
  ['oss', 'cn-hangzhou', 'public'],
  ['oss-internal', 'cn-hangzhou', 'internal'],
  ['oss-cn-hzfinance', 'cn-hangzhou-finance', 'public'],
  ['oss-cn-hzfinance-internal', 'cn-hangzhou-finance', 'internal'],
  ['oss-cn-hzjbp-a-internal', 'cn-hangzhou-finance', 'internal'],
  ['oss-cn-hzjbp-b-internal', 'cn-hangzhou-finance', 'internal'],
  ['oss-cn-shanghai-finance-1', 'cn-shanghai-finance-1', 'public'],
  ['oss-cn-shanghai-finance-1-internal', 'cn-shanghai-finance-1', 'internal'],
  ['oss-cn-shanghai-finance-1-pub', 'cn-shanghai-finance-1', 'public'],
  ['oss-cn-shanghai-finance-1-pub-internal', 'cn-shanghai-finance-1', 'internal'],
  ['cn-shanghai-finance.oss', 'cn-shanghai-finance-1', 'dual-stack'],
  ['oss-cn-szfinance', 'cn-shenzhen-finance-1', 'public'],
  ['oss-cn-szfinance-internal', 'cn-shenzhen-finance-1', 'internal'],
  ['oss-cn-shenzhen-finance-1-internal', 'cn-shenzhen-finance-1', 'internal'],
  ['cn-shenzhen-finance.oss', 'cn-shenzhen-finance-1', 'dual-stack'],
  ['oss-cn-beijing-finance-1', 'cn-beijing-finance-1', 'public'],
  ['oss-cn-beijing-finance-1-internal', 'cn-beijing-finance-1', 'internal'],
  ['oss-cn-beijing-finance-1-pub', 'cn-beijing-finance-1', 'public'],
  ['oss-cn-beijing-finance-1-pub-internal', 'cn-beijing-finance-1', 'internal'],
];

// Regions whose hosts follow the pattern. A newer one works without being here: a contradiction with it is left for OSS to refuse.
const REGULAR: ReadonlySet<string> = new Set(
  `cn-hangzhou cn-shanghai cn-nanjing cn-fuzhou cn-wuhan-lr cn-qingdao cn-beijing cn-zhangjiakou cn-huhehaote cn-wulanchabu
  cn-shenzhen cn-heyuan cn-guangzhou cn-chengdu cn-hongkong cn-north-2-gov-1 us-west-1 us-east-1 na-south-1 ap-northeast-1
  ap-northeast-2 ap-southeast-1 ap-southeast-3 ap-southeast-5 ap-southeast-6 ap-southeast-7 eu-central-1 eu-west-1 me-east-1
  me-central-1`.split(/\s+/),
);

const SUFFIX = '.aliyuncs.com';
const LONGEST_HOST = 253;

/** Whether a region is among those that this package knows, so that a contradiction is a mistake. */
export function isKnownRegion(region: string): boolean {
  return REGULAR.has(region) || IRREGULAR.some(([, irregular]) => irregular === region);
}

/** The known region that ends in a place's name, as `cn-beijing` does in `beijing`. */
export function regionOfPlace(place: string): string | undefined {
  return [...REGULAR].find((region) => region.endsWith(`-${place}`));
}

/** The host of a region on one of its networks. */
export function hostOfRegion(region: string, network: Network): string {
  const irregular = REGULAR.has(region)
    ? undefined
    : IRREGULAR.find(([, ofRegion, kind]) => ofRegion === region && kind === network);
  if (irregular !== undefined) return irregular[0] + SUFFIX;
  if (network === 'dual-stack') return `${region}.oss${SUFFIX}`;
  return `oss-${region}${network === 'internal' ? '-internal' : ''}${SUFFIX}`;
}

/**
 * Reads network, region and bucket from a host name of OSS, in lower case and without a port.
 *
 * @returns `undefined` for any other host, custom domains among them
 */
export function readOssHost(hostname: string): OssHost | undefined {
  if (!hostname.endsWith(SUFFIX) || hostname.length > LONGEST_HOST) return undefined;
  const name = hostname.slice(0, -SUFFIX.length);
  const whole = readName(name);
  if (whole !== undefined) return whole;
  const dot = name.indexOf('.');
  const rest = dot === -1 ? undefined : readName(name.slice(dot + 1));
  return rest === undefined ? undefined : { ...rest, bucket: name.slice(0, dot) };
}

function readName(name: string): OssHost | undefined {
  const irregular = IRREGULAR.find(([known]) => known === name);
  if (irregular !== undefined) return { kind: irregular[2], region: irregular[1] };
  if (name === 'oss-accelerate' || name === 'oss-accelerate-overseas') return { kind: 'accelerate' };
  const vpc = /^vpc100-oss-([a-z0-9-]+)$/.exec(name)?.[1];
  if (vpc !== undefined) return { kind: 'internal', region: vpc };
  const regional = /^oss-(?!accelerate)([a-z0-9-]+)$/.exec(name)?.[1];
  if (regional !== undefined) {
    const isInternal = regional.endsWith('-internal');
    const region = isInternal ? regional.slice(0, -'-internal'.length) : regional;
    return { kind: isInternal ? 'internal' : 'public', region };
  }
  // Without the prefixes it would take `bucket.oss.aliyuncs.com`, a bucket at the legacy name of the first region, for a region.
  const dualStack = /^((?:ap|cn|eu|me|na|us)-[a-z0-9-]+)\.oss(?:-internal)?$/.exec(name)?.[1];
  if (dualStack !== undefined) return { kind: 'dual-stack', region: dualStack };
  const box = /^(cb-[a-z0-9]+)\.[a-z0-9-]+\.oss-cloudbox(?:-control)?$/.exec(name)?.[1];
  return box === undefined ? undefined : { kind: 'cloud-box', region: box };
}

// Signing needs little of a runtime, but mini programs have no URL, and React Native has one whose getters throw. A signer would fail
// with a message about something else, or sign for another host.

const GLOBALS = ['URL', 'TextEncoder', 'btoa'] as const;
const URL_PARTS = [
  'protocol',
  'username',
  'password',
  'host',
  'hostname',
  'pathname',
  'search',
  'hash',
  'origin',
] as const;

/**
 * Parses a URL with the runtime's own parser.
 *
 * @returns `undefined` for text that is not a URL
 * @throws TypeError when the runtime lacks a part that signing needs: the message names it
 */
export function parseUrl(text: string): URL | undefined {
  const missing = GLOBALS.filter(
    (name) => typeof (globalThis as Readonly<Record<string, unknown>>)[name] !== 'function',
  );
  if (missing.length > 0) throw lacking(`this runtime has no ${missing.join(', ')}`);
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return undefined;
  }
  const absent = URL_PARTS.filter((part) => !hasText(url, part));
  if (absent.length > 0) throw lacking(`the URL of this runtime has no ${absent.join(', ')}`);
  return url;
}

function hasText(url: URL, part: (typeof URL_PARTS)[number]): boolean {
  try {
    return typeof url[part] === 'string';
  } catch {
    return false;
  }
}

function lacking(what: string): TypeError {
  return new TypeError(`${what}, which signing needs: load a polyfill before @ossgrant/signer-core`);
}
