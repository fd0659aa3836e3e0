import { Failure, invalidArgument } from '../failure.ts';
import { parameter } from '../http/raw-request.ts';
import type { Reply } from '../http/reply.ts';
import { toXml } from '../http/xml.ts';
import type { OperationInput } from '../operations/operation.ts';
import { bucketOwner, describeBucket, xmlReply } from './bucket-facts.ts';

/** ListBuckets: prefix, marker and max-keys. Only a page that is not the last says what it was asked for. */
export async function listBuckets(input: OperationInput): Promise<Reply> {
  const { request, context } = input;
  const [prefix, marker] = [parameter(request, 'prefix') ?? '', parameter(request, 'marker') ?? ''];
  const maxKeys = Number(parameter(request, 'max-keys') || 100);
  if (!Number.isInteger(maxKeys) || maxKeys < 1 || maxKeys > 1000) {
    throw invalidArgument('Argument max-keys must be an integer between 1 and 1000.');
  }
  const found = context.store.list().filter(({ name }) => name.startsWith(prefix) && name > marker);
  const page = found.slice(0, maxKeys);
  const NextMarker = page.at(-1)?.name;
  const paging = { Prefix: prefix, Marker: marker, MaxKeys: maxKeys, IsTruncated: true, NextMarker };
  const body = toXml('ListAllMyBucketsResult', {
    ...(found.length > page.length ? paging : {}),
    Owner: bucketOwner(input),
    Buckets: { Bucket: page.map((bucket) => describeBucket(input, bucket)) },
  });
  return xmlReply(body);
}

/** DescribeRegions: the one there is here. */
export async function describeRegions({ request, context }: OperationInput): Promise<Reply> {
  const region = `oss-${context.region}`;
  const wanted = parameter(request, 'regions') || region;
  if (wanted !== region) {
    throw new Failure({ status: 404, code: 'NoSuchRegion', message: `There is no region ${wanted} here.` });
  }
  const RegionInfo = {
    Region: region,
    InternetEndpoint: `${region}.aliyuncs.com`,
    InternalEndpoint: `${region}-internal.aliyuncs.com`,
    AccelerateEndpoint: 'oss-accelerate.aliyuncs.com',
  };
  return xmlReply(toXml('RegionInfoList', { RegionInfo }));
}
