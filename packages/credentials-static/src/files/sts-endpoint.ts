/** What chooses a host of STS. */
export interface StsEndpointOptions {
  /** Wins over the rest. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  /** From inside a VPC. Needs a region. */
  readonly vpc?: boolean;
}

/**
 * The host of STS for a region: `sts.cn-hangzhou.aliyuncs.com`, or `sts-vpc.cn-hangzhou.aliyuncs.com`.
 *
 * @returns `undefined` when nothing was chosen
 * @throws TypeError for a region that would change the host
 */
export function stsEndpoint({ endpoint, region, vpc = false }: StsEndpointOptions): string | undefined {
  if (endpoint !== undefined) return endpoint;
  if (region === undefined) return undefined;
  if (!/^[a-z0-9-]{1,64}$/.test(region)) throw new TypeError('the STS region must be like "cn-hangzhou"');
  return `${vpc ? 'sts-vpc' : 'sts'}.${region}.aliyuncs.com`;
}
