import {
  checkArgument,
  defined,
  nestedOptions,
  optional,
  optionsCheck,
  takes,
  type Option,
  type OptionsCheck,
  type OptionTable,
} from '@ossgrant/credentials-core/internal';
import { resolveEndpoint, type Endpoint, type EndpointOptions } from '@ossgrant/signer-core';
import type {
  Duration,
  PresignCallOptions,
  PresignerOptions,
  PresignFields,
  PresignRequest,
  ResponseOverrides,
} from './presigner.ts';

/** A length of time. `durationSeconds` refuses what cannot be read. */
const duration = takes.special(
  'a number of seconds, or text such as "15m" or "7d"',
  (value) => typeof value === 'string' || (typeof value === 'number' && !Number.isNaN(value)),
);
const textOrNull = takes.special('a string or null', (value) => value === null || typeof value === 'string');

export const ENDPOINT: OptionTable<EndpointOptions> = {
  region: optional(takes.text),
  endpoint: optional(takes.text),
  network: optional(takes.oneOf('public', 'internal', 'accelerate', 'accelerate-overseas', 'dual-stack')),
  addressing: optional(takes.oneOf('virtual-host', 'path', 'cname')),
};

/** Another endpoint for one link or form. */
export const oneEndpoint: ReturnType<typeof nestedOptions> = nestedOptions(ENDPOINT);

/** Options that presigners of links and of forms share. */
export const PRESIGNER: OptionTable<PresignerOptions> = {
  ...ENDPOINT,
  credentials: takes.credentials,
  bucket: optional(takes.text),
  version: optional(takes.oneOf('v4', 'v1')),
  expiresIn: optional(duration),
  ifShorter: optional(takes.oneOf('error', 'clamp')),
  onWarning: optional(takes.function),
  clock: optional(takes.clock),
};

/** Both ways to say when a link ends; the types allow one. */
export interface LifetimeFields {
  readonly expiresIn?: Duration;
  readonly expiresAt?: Date;
}

/** When a link or form ends. */
export const LIFETIME: OptionTable<LifetimeFields> = {
  expiresIn: optional(duration),
  expiresAt: optional(takes.date),
};

const RESPONSE: OptionTable<ResponseOverrides> = {
  contentType: optional(takes.filledText),
  contentLanguage: optional(takes.filledText),
  expires: optional(takes.filledText),
  cacheControl: optional(takes.filledText),
  contentDisposition: optional(takes.filledText),
  contentEncoding: optional(takes.filledText),
};

const DOWNLOAD: OptionTable<NonNullable<PresignFields['download']>> = {
  filename: optional(takes.text),
  disposition: optional(takes.oneOf('attachment', 'inline')),
};

/** Options of a link for GET, apart from its object. */
export const LINK: OptionTable<
  Omit<PresignFields, 'key' | 'bucket' | 'method' | 'query' | 'headTwin'> & LifetimeFields
> = {
  ...LIFETIME,
  versionId: optional(takes.text),
  response: optional(nestedOptions(RESPONSE)),
  download: optional(nestedOptions(DOWNLOAD, { fileName: 'filename', name: 'filename' })),
  process: optional(takes.text),
  trafficLimit: optional(takes.number),
  requestPayer: optional(takes.oneOf('requester')),
  sourceIp: optional(takes.text),
  vpcId: optional(takes.text),
  preventCaching: optional(takes.flag),
  stableWindow: optional(duration),
  allowInlineMarkup: optional(takes.flag),
  headers: optional(takes.textMap),
  additionalHeaders: optional(takes.texts),
  endpoint: optional(oneEndpoint),
};

const REQUEST: OptionTable<PresignFields & LifetimeFields> = {
  ...LINK,
  key: takes.text,
  bucket: optional(takes.text),
  method: optional(takes.text),
  headTwin: optional(takes.flag),
  query: optional(takes.mapOf(textOrNull)),
};

// Names of the same things in OSS's SDKs, and of what stands one level deeper here.
const HINTS = {
  expires: 'expiresIn',
  expiration: 'expiresAt',
  object: 'key',
  objectKey: 'key',
  objectName: 'key',
  name: 'key',
  filename: 'download: { filename }',
  disposition: 'download: { disposition }',
  contentType: 'response: { contentType }',
  parameters: 'query',
  params: 'query',
};

/** Checks the options of `createPresigner`. @throws TypeError */
export const checkPresigner: OptionsCheck = optionsCheck('createPresigner', PRESIGNER);

/** Options of one call. */
export const CALL: OptionTable<PresignCallOptions> = { signal: optional(takes.signal) };

/** Checks the second argument of `presign` and of `presignMany`. @throws TypeError */
export const checkCall: OptionsCheck = optionsCheck('presign', CALL);

const checkFields = optionsCheck('presign', REQUEST, HINTS);

/** Checks one request of `presign` and of `presignMany`. @throws TypeError */
export function checkRequest(request: PresignRequest): void {
  if (!hasKeyAlone(request)) checkFields(request);
}

// Most links name their key alone, and the signature takes little longer than the check.
function hasKeyAlone(request: unknown): boolean {
  if (typeof request !== 'object' || request === null) return false;
  for (const name in request) if (name !== 'key') return false;
  return typeof (request as PresignRequest).key === 'string';
}

const iterable: Option = takes.special('an iterable of requests, such as an array', (value) =>
  takes.object.accepts(value) || Array.isArray(value)
    ? Symbol.iterator in (value as object) || Symbol.asyncIterator in (value as object)
    : false,
);

/** Checks the requests of `presignMany`. @throws TypeError */
export function checkRequests(requests: unknown): void {
  checkArgument('presignMany', 'requests', requests, iterable);
}

/** The endpoint of a presigner. @throws SigningError */
export function usualEndpoint({ region, endpoint, network, addressing }: PresignerOptions): Endpoint {
  // An option may be `undefined` there; only its type says less.
  return resolveEndpoint({ region, endpoint, network, addressing } as EndpointOptions);
}

/**
 * The endpoint of one link. The region belongs to the bucket, so a link to another host keeps it. A cloud box signs with its own
 * id, which is not the region of any other host.
 *
 * @throws SigningError
 */
export function endpointOf(wanted: EndpointOptions | undefined, usual: Endpoint): Endpoint {
  if (wanted === undefined) return usual;
  return resolveEndpoint({ ...defined({ region: usual.product === 'oss' ? usual.region : undefined }), ...wanted });
}
