/**
 * Query parameters that V1 signs: the union of the lists of nineteen official SDKs, since each leaves some out. Every
 * `x-oss-*` parameter is signed too; other names ride along unsigned.
 */
const SUB_RESOURCES: ReadonlySet<string> = new Set(
  `accessPoint accessPointPolicy acl append asyncFetch bucketArchiveDirectRead bucketInfo callback callback-var
  cleanRestoredObject cloudboxes cname comp continuation-token cors delete encryption endTime group httpsConfig
  img inventory inventoryId lifecycle link live location logging metaQuery objectInfo objectMeta partNumber
  policy policyStatus position processConfiguration publicAccessBlock qos qosInfo qosRequester
  redundancyTransition referer regionList replication replicationLocation replicationProgress requestPayment
  requesterQosInfo resourceGroup resourcePool resourcePoolBuckets resourcePoolInfo response-cache-control
  response-content-disposition response-content-encoding response-content-language response-content-type
  response-expires responseHeader restore rtc seal security-token sequential startTime stat status style
  styleName symlink tagging transferAcceleration udf udfApplication udfApplicationLog udfId udfImage
  udfImageDesc udfName uploadId uploads versionId versioning versions vip vod vpcip website withHashContext
  worm wormExtend wormId`.split(/\s+/),
);

/** Whether a query parameter is part of V1's canonicalized resource. */
export function isSubResourceV1(name: string): boolean {
  return name.startsWith('x-oss-') || SUB_RESOURCES.has(name);
}
