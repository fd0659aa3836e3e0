/** What an Alibaba Cloud host name tells. */
export interface HostFacts {
  readonly region?: string;
  readonly product: 'oss' | 'oss-cloudbox';
}

/**
 * Reads the region from one of OSS's own host names, where the name leaves no doubt.
 *
 * @returns `undefined` when the host is none of OSS's own endpoints; facts without a region for the accelerate hosts,
 *   which serve every region
 */
export function regionFromHost(hostname: string): HostFacts | undefined {
  if (!hostname.endsWith('.aliyuncs.com')) return undefined;
  const name = hostname.slice(0, -'.aliyuncs.com'.length);
  // Legacy names of the first region.
  if (name === 'oss' || name === 'oss-internal') return { region: 'cn-hangzhou', product: 'oss' };
  if (/^oss-accelerate(-overseas)?$/.test(name)) return { product: 'oss' };
  const region =
    /^oss-(?!accelerate)([a-z0-9-]+?)(-internal)?$/.exec(name)?.[1] ??
    /^vpc100-oss-([a-z0-9-]+)$/.exec(name)?.[1] ??
    /^([a-z0-9-]+)\.oss(-internal)?$/.exec(name)?.[1];
  if (region !== undefined) return { region, product: 'oss' };
  // A cloud box signs with its own id in the region's place.
  const box = /^(cb-[a-z0-9]+)\.[a-z0-9-]+\.oss-cloudbox(-control)?$/.exec(name)?.[1];
  return box === undefined ? undefined : { region: box, product: 'oss-cloudbox' };
}
