/** What kind of host a link points to. */
export type HostKind =
  | 'public'
  | 'internal'
  | 'accelerate'
  | 'dual-stack'
  | 'cloud-box'
  | 'custom-domain'
  | 'ip-address'
  | 'local';

/** What a host name tells. */
export interface HostReading {
  readonly kind: HostKind;
  /** Absent when the host does not hold it. */
  readonly bucket?: string;
  /** Absent when the host serves every region or tells nothing. */
  readonly region?: string;
  /** Whether the bucket stands first in the path. */
  readonly pathStyle: boolean;
}

const ACCELERATE = /^(?:([^.]+)\.)?oss-accelerate(?:-overseas)?\.aliyuncs\.com$/;
const DUAL_STACK = /^(?:([^.]+)\.)?((?:ap|cn|eu|me|na|us)-[a-z0-9-]+)\.oss(-internal)?\.aliyuncs\.com$/;
const CLOUD_BOX = /^(?:([^.]+)\.)?(cb-[a-z0-9]+)\.[a-z0-9-]+\.oss-cloudbox(?:-control)?\.aliyuncs\.com$/;
const REGION = /^(?:([^.]+)\.)?(?:vpc100-)?oss(?:-([a-z0-9-]+?))?(-internal)?\.aliyuncs\.com$/;

/** Reads bucket, region and kind from a host name in lower case, without a port. */
export function readHost(hostname: string): HostReading {
  if (/^(?:\d+\.\d+\.\d+\.\d+|\[.*\])$/.test(hostname)) return { kind: 'ip-address', pathStyle: true };
  if (hostname === 'localhost') return { kind: 'local', pathStyle: true };
  if (hostname.endsWith('.localhost')) return reading('local', hostname.slice(0, hostname.indexOf('.')), undefined);
  const accelerate = ACCELERATE.exec(hostname);
  if (accelerate !== null) return reading('accelerate', accelerate[1], undefined);
  const dualStack = DUAL_STACK.exec(hostname);
  if (dualStack !== null) return reading('dual-stack', dualStack[1], dualStack[2]);
  const box = CLOUD_BOX.exec(hostname);
  if (box !== null) return reading('cloud-box', box[1], box[2]);
  const region = REGION.exec(hostname);
  if (region === null) return { kind: 'custom-domain', pathStyle: false };
  return reading(region[3] === undefined ? 'public' : 'internal', region[1], region[2] ?? 'cn-hangzhou');
}

function reading(kind: HostKind, bucket: string | undefined, region: string | undefined): HostReading {
  return {
    kind,
    pathStyle: bucket === undefined,
    ...(bucket === undefined ? {} : { bucket }),
    ...(region === undefined ? {} : { region }),
  };
}
