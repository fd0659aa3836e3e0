/** What a V4 signing key is good for. */
export interface ScopeV4 {
  /** `YYYYMMDD`, UTC. */
  readonly day: string;
  readonly region: string;
  readonly product: string;
}

/** V4 credential scope: `YYYYMMDD/region/product/aliyun_v4_request`. */
export function scopeTextV4(scope: ScopeV4): string {
  return `${scope.day}/${scope.region}/${scope.product}/aliyun_v4_request`;
}
