// ali-oss ships no types: what these tests use of it.
declare module 'ali-oss' {
  import type { Agent } from 'node:http';
  import type { Readable } from 'node:stream';

  interface ClientOptions {
    readonly accessKeyId: string;
    readonly accessKeySecret: string;
    readonly stsToken?: string;
    readonly refreshSTSTokenInterval?: number;
    readonly bucket?: string;
    readonly region?: string;
    readonly endpoint?: string;
    readonly secure?: boolean;
    readonly cname?: boolean;
    readonly sldEnable?: boolean;
    readonly cloudBoxId?: string;
    readonly authorizationV4?: boolean;
    readonly agent?: Agent;
    refreshSTSToken?(): Promise<{
      readonly accessKeyId: string;
      readonly accessKeySecret: string;
      readonly stsToken: string;
    }>;
    /** The HTTP client of ali-oss. */
    readonly urllib?: {
      request(url: string, params: { readonly headers: Readonly<Record<string, string>> }): Promise<unknown>;
    };
  }

  interface RequestParameters {
    readonly method: string;
    readonly bucket?: string;
    readonly object?: string;
    readonly subres?: Readonly<Record<string, string | null>>;
    readonly query?: Readonly<Record<string, string | null>>;
    readonly headers?: Readonly<Record<string, string>>;
    readonly additionalHeaders?: readonly string[];
  }

  interface Answer {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
  }

  interface Listing {
    readonly objects?: readonly { readonly name: string }[];
    readonly prefixes?: readonly string[] | null;
    readonly nextMarker?: string | null;
    readonly nextContinuationToken?: string | null;
  }

  interface BucketListing {
    readonly buckets: readonly { readonly name: string; readonly region: string }[] | null;
    readonly owner: { readonly id: string };
    readonly isTruncated: boolean;
    readonly nextMarker: string | null;
  }

  interface StsClient {
    assumeRole(
      role: string,
      policy?: object | string,
      expiration?: number,
      session?: string,
    ): Promise<{
      readonly credentials: {
        readonly AccessKeyId: string;
        readonly AccessKeySecret: string;
        readonly SecurityToken: string;
        readonly Expiration: string;
      };
    }>;
  }

  class OSS {
    static readonly STS: new (options: {
      readonly accessKeyId: string;
      readonly accessKeySecret: string;
      readonly endpoint: string;
    }) => StsClient;
    constructor(options: ClientOptions);
    signatureUrl(name: string, options?: Record<string, unknown>, strictObjectNameValidation?: boolean): string;
    signatureUrlV4(
      method: string,
      expires: number,
      request?: {
        readonly headers?: Readonly<Record<string, string>>;
        readonly queries?: Readonly<Record<string, string | null>>;
      },
      objectName?: string,
      additionalHeaders?: readonly string[],
    ): Promise<string>;
    request(params: RequestParameters): Promise<unknown>;
    put(
      name: string,
      body: Buffer,
      options?: Record<string, unknown>,
    ): Promise<{ readonly res: Answer; readonly data?: unknown }>;
    putStream(name: string, body: Readable): Promise<{ readonly res: Answer }>;
    get(name: string, options?: Record<string, unknown>): Promise<{ readonly content: Buffer; readonly res: Answer }>;
    getStream(name: string): Promise<{ readonly stream: Readable }>;
    head(name: string): Promise<{ readonly meta: Readonly<Record<string, string>> | null; readonly res: Answer }>;
    getObjectMeta(name: string): Promise<{ readonly res: Answer }>;
    putMeta(name: string, meta: Readonly<Record<string, string>>): Promise<unknown>;
    putBucket(name: string, options?: Record<string, unknown>): Promise<unknown>;
    useBucket(name: string): void;
    deleteBucket(name: string): Promise<{ readonly res: Answer }>;
    listBuckets(query?: Record<string, string>): Promise<BucketListing>;
    getBucketInfo(name: string): Promise<{ readonly bucket: Readonly<Record<string, unknown>> }>;
    getBucketLocation(name: string): Promise<{ readonly location: string }>;
    getBucketStat(name: string): Promise<{ readonly stat: Readonly<Record<string, string>> }>;
    putBucketACL(name: string, acl: string): Promise<unknown>;
    getBucketACL(name: string): Promise<{ readonly acl: string; readonly owner: { readonly id: string } }>;
    putBucketCORS(name: string, rules: readonly Record<string, unknown>[]): Promise<unknown>;
    getBucketCORS(name: string): Promise<{ readonly rules: readonly Readonly<Record<string, unknown>>[] }>;
    deleteBucketCORS(name: string): Promise<unknown>;
    putBucketReferer(name: string, allowEmpty: boolean, referers: readonly string[]): Promise<unknown>;
    getBucketReferer(
      name: string,
    ): Promise<{ readonly allowEmpty: boolean; readonly referers: readonly string[] | null }>;
    deleteBucketReferer(name: string): Promise<unknown>;
    putBucketPolicy(name: string, policy: object): Promise<unknown>;
    getBucketPolicy(name: string): Promise<{ readonly policy: unknown }>;
    deleteBucketPolicy(name: string): Promise<unknown>;
    putBucketLogging(name: string, prefix?: string): Promise<unknown>;
    getBucketLogging(name: string): Promise<{ readonly enable: boolean; readonly prefix: string | null }>;
    deleteBucketLogging(name: string): Promise<unknown>;
    putBucketWebsite(name: string, config: Record<string, unknown>): Promise<unknown>;
    getBucketWebsite(name: string): Promise<{ readonly index: string; readonly error: string | null }>;
    deleteBucketWebsite(name: string): Promise<unknown>;
    putBucketLifecycle(name: string, rules: readonly Record<string, unknown>[]): Promise<unknown>;
    getBucketLifecycle(name: string): Promise<{ readonly rules: readonly Readonly<Record<string, unknown>>[] }>;
    deleteBucketLifecycle(name: string): Promise<unknown>;
    putBucketTags(name: string, tags: Readonly<Record<string, string>>): Promise<unknown>;
    getBucketTags(name: string): Promise<{ readonly tag: Readonly<Record<string, string>> }>;
    deleteBucketTags(name: string): Promise<unknown>;
    putBucketEncryption(name: string, encryption: { readonly SSEAlgorithm: string }): Promise<unknown>;
    getBucketEncryption(name: string): Promise<{ readonly encryption: { readonly SSEAlgorithm: string } }>;
    deleteBucketEncryption(name: string): Promise<unknown>;
    putBucketRequestPayment(name: string, payer: string): Promise<unknown>;
    getBucketRequestPayment(name: string): Promise<{ readonly payer: string }>;
    copy(
      name: string,
      source: string,
      options?: Record<string, unknown>,
    ): Promise<{ readonly data: { readonly etag: string } }>;
    delete(name: string, options?: Record<string, unknown>): Promise<{ readonly res: Answer }>;
    deleteMulti(
      names: readonly (string | { readonly key: string; readonly versionId: string })[],
      options?: Record<string, unknown>,
    ): Promise<{ readonly deleted: readonly { readonly Key: string }[] }>;
    putACL(name: string, acl: string, options?: Record<string, unknown>): Promise<unknown>;
    getACL(name: string, options?: Record<string, unknown>): Promise<{ readonly acl: string }>;
    putObjectTagging(
      name: string,
      tag: Readonly<Record<string, string>>,
      options?: Record<string, unknown>,
    ): Promise<unknown>;
    getObjectTagging(
      name: string,
      options?: Record<string, unknown>,
    ): Promise<{ readonly tag: Readonly<Record<string, string>> }>;
    deleteObjectTagging(name: string, options?: Record<string, unknown>): Promise<unknown>;
    putBucketVersioning(name: string, status: string): Promise<unknown>;
    getBucketVersioning(name: string): Promise<{ readonly versionStatus: string }>;
    getBucketVersions(query: Record<string, string>): Promise<{
      readonly objects: readonly { readonly versionId: string; readonly isLatest: boolean }[];
      readonly deleteMarker: readonly { readonly versionId: string }[];
      readonly isTruncated: boolean;
      readonly nextKeyMarker: string | null;
      readonly nextVersionIdMarker: string | null;
    }>;
    listUploads(query: Record<string, string>): Promise<{
      readonly uploads: readonly { readonly name: string; readonly uploadId: string }[];
      readonly isTruncated: boolean;
      readonly nextKeyMarker: string | null;
      readonly nextUploadIdMarker: string | null;
    }>;
    multipartUploadCopy(
      name: string,
      source: { readonly sourceKey: string; readonly sourceBucketName: string },
      options: Record<string, unknown>,
    ): Promise<unknown>;
    append(
      name: string,
      body: Buffer,
      options?: Record<string, unknown>,
    ): Promise<{ readonly nextAppendPosition: string }>;
    list(query: Record<string, string>): Promise<Listing>;
    listV2(query: Record<string, string>): Promise<Listing>;
    putSymlink(name: string, target: string): Promise<unknown>;
    getSymlink(name: string): Promise<{ readonly targetName: string }>;
    restore(name: string): Promise<{ readonly res: Answer }>;
    multipartUpload(name: string, body: Buffer, options: Record<string, unknown>): Promise<{ readonly res: Answer }>;
    initMultipartUpload(name: string): Promise<{ readonly uploadId: string }>;
    abortMultipartUpload(name: string, uploadId: string): Promise<unknown>;
    uploadPart(
      name: string,
      uploadId: string,
      partNumber: number,
      body: Buffer,
      start: number,
      end: number,
    ): Promise<unknown>;
    listParts(
      name: string,
      uploadId: string,
      query?: Record<string, string>,
    ): Promise<{
      readonly parts: { readonly PartNumber: string } | { readonly PartNumber: string }[];
      readonly isTruncated: string;
      readonly nextPartNumberMarker: string;
    }>;
    asyncSignatureUrl(name: string, options?: Record<string, unknown>): Promise<string>;
    /** @param date of `x-oss-date`. @returns `x-oss-signature` */
    signPostObjectPolicyV4(policy: object, date: Date): string;
    calculatePostSignature(policy: object): {
      readonly OSSAccessKeyId: string;
      readonly Signature: string;
      readonly policy: string;
    };
  }

  export default OSS;
}
