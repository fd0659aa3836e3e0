import OSS from 'ali-oss';
import type { Credentials } from '@ossgrant/credentials-core';
import type { OssRequest } from '@ossgrant/signer-core';

/** The arguments of both signers. Names and values are plain text. */
export interface SigningInput {
  readonly method: string;
  readonly region: string;
  readonly bucket: string;
  readonly key: string;
  readonly addressing: 'virtual-host' | 'path' | 'cname';
  readonly query: Readonly<Record<string, string | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly additionalHeaders: readonly string[];
  readonly credentials: Credentials;
  readonly now: Date;
  readonly expires: number;
  readonly cloudBoxId?: string;
}

/** A request as ali-oss would have sent it. */
export interface SentByAliOss {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export function hostOf({ region, addressing }: SigningInput): string {
  return addressing === 'cname' ? 'files.example.com' : `oss-${region}.aliyuncs.com`;
}

export function createAliOss(input: SigningInput, extra: Partial<ConstructorParameters<typeof OSS>[0]> = {}): OSS {
  const { accessKeyId, accessKeySecret, securityToken } = input.credentials;
  return new OSS({
    accessKeyId,
    accessKeySecret,
    // The interval keeps ali-oss from advising on the console.
    ...(securityToken === undefined ? {} : { stsToken: securityToken, refreshSTSTokenInterval: 300_000 }),
    bucket: input.bucket,
    region: `oss-${input.region}`,
    endpoint: `https://${hostOf(input)}`,
    cname: input.addressing === 'cname',
    sldEnable: input.addressing === 'path',
    ...(input.cloudBoxId === undefined ? {} : { cloudBoxId: input.cloudBoxId }),
    ...extra,
  });
}

/** Lets ali-oss build and sign a request and catches it where it would go out. */
export async function sendWithAliOss(
  input: SigningInput,
  parameters: Pick<Parameters<OSS['request']>[0], 'subres' | 'query' | 'additionalHeaders'>,
  authorizationV4: boolean,
): Promise<SentByAliOss> {
  const sent: SentByAliOss[] = [];
  const urllib = {
    async request(url: string, { headers }: Pick<SentByAliOss, 'headers'>): Promise<unknown> {
      sent.push({ url, headers });
      return { status: 200, headers: {}, data: '' };
    },
  };
  const { method, bucket, key, headers } = input;
  await createAliOss(input, { urllib, authorizationV4 }).request({
    method,
    bucket,
    object: key,
    headers,
    ...parameters,
  });
  const [request] = sent;
  if (request === undefined || sent.length !== 1) throw new Error(`ali-oss sent ${sent.length} requests`);
  return request;
}

export function requestOf(input: SigningInput, changes: Partial<OssRequest> = {}): OssRequest {
  const { method, bucket, key, query, headers, additionalHeaders, addressing, region, cloudBoxId } = input;
  const signedBy =
    cloudBoxId === undefined
      ? ({ region, product: 'oss' } as const)
      : ({ region: cloudBoxId, product: 'oss-cloudbox' } as const);
  const endpoint = { origin: `https://${hostOf(input)}`, addressing, ...signedBy };
  return { method, endpoint, bucket, key, query, headers, additionalHeaders, ...changes };
}

/** A URL in its parts, decoded: order of parameters and spelling of escapes are free. */
export function partsOf(url: string): { readonly host: string; readonly path: string; readonly query: object } {
  const [, host = '', path = '', search = ''] = /^https:\/\/([^/]+)(\/[^?]*)(?:\?(.*))?$/s.exec(url) ?? [];
  const pairs = search === '' ? [] : search.split('&').map((pair) => /^([^=]*)=?(.*)$/s.exec(pair)?.slice(1) ?? []);
  const decoded = pairs.map((pair) => pair.map((part) => decodeURIComponent(part)) as [string, string]);
  return { host, path: decodeURIComponent(path), query: Object.fromEntries(decoded) };
}
