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
    /** The HTTP client that ali-oss sends its requests with. */
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
    put(name: string, body: Buffer, options?: Record<string, unknown>): Promise<{ readonly res: Answer }>;
    putStream(name: string, body: Readable): Promise<{ readonly res: Answer }>;
    get(name: string, options?: Record<string, unknown>): Promise<{ readonly content: Buffer; readonly res: Answer }>;
    getStream(name: string): Promise<{ readonly stream: Readable }>;
    head(name: string): Promise<{ readonly meta: Readonly<Record<string, string>> | null; readonly res: Answer }>;
    getObjectMeta(name: string): Promise<{ readonly res: Answer }>;
    putMeta(name: string, meta: Readonly<Record<string, string>>): Promise<unknown>;
    copy(name: string, source: string): Promise<{ readonly data: { readonly etag: string } }>;
    delete(name: string): Promise<{ readonly res: Answer }>;
    deleteMulti(names: readonly string[]): Promise<unknown>;
    getACL(name: string): Promise<unknown>;
    getBucketInfo(name: string): Promise<unknown>;
    listBuckets(): Promise<unknown>;
    append(name: string, body: Buffer): Promise<unknown>;
    list(query: Record<string, string>): Promise<Listing>;
    listV2(query: Record<string, string>): Promise<Listing>;
    putSymlink(name: string, target: string): Promise<unknown>;
    getSymlink(name: string): Promise<{ readonly targetName: string }>;
    restore(name: string): Promise<{ readonly res: Answer }>;
    multipartUpload(name: string, body: Buffer, options: Record<string, unknown>): Promise<{ readonly res: Answer }>;
    initMultipartUpload(name: string): Promise<{ readonly uploadId: string }>;
    abortMultipartUpload(name: string, uploadId: string): Promise<unknown>;
    listParts(name: string, uploadId: string): Promise<unknown>;
    asyncSignatureUrl(name: string, options?: Record<string, unknown>): Promise<string>;
    calculatePostSignature(policy: object): {
      readonly OSSAccessKeyId: string;
      readonly Signature: string;
      readonly policy: string;
    };
  }

  export default OSS;
}
