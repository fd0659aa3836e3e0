import type { Credentials } from '@ossgrant/credentials-core';
import type { CorsRule, RefererRules } from './access/origins.ts';
import type { Acl, ObjectAcl } from './access/policy.ts';
import type { PolicyInput, RoleOptions, UserOptions } from './accounts/account.ts';
import type { IssueTokenOptions } from './accounts/issuer.ts';
import type { MovableClock } from './clock.ts';
import type { ImageLibrary } from './image-library.ts';
import type { HttpsFacts } from './listen/listen.ts';
import type { Faults } from './server/faults.ts';
import type { Journal, JournalEntry } from './server/journal.ts';
import type { StorageClass } from './store/object-store.ts';

/** Options of `startLocalOss`. */
export interface LocalOssOptions {
  /**
   * Address to listen on. With any other address than a loopback one, other machines can connect, and a warning says so.
   *
   * @default '127.0.0.1'
   */
  readonly host?: string;
  /**
   * Port to listen on; 0 takes a free one.
   *
   * @default 0
   */
  readonly port?: number;
  /** Listens with TLS too, on a free port and with a certificate authority made at the start. @default false */
  readonly https?: boolean;
  /** Folder that keeps buckets and objects. One server at a time. @default in memory */
  readonly directory?: string;
  /** Folder to fill the server from: each folder in it is a bucket. @default none */
  readonly seed?: string;
  /** Time of the server's clock at the start. @default the real time */
  readonly now?: Date;
  /** `refuse`: V1 signatures are refused as the cloud does for new buckets. @default 'accept' */
  readonly v1?: 'accept' | 'refuse';
  /**
   * The npm package jimp, for `x-oss-process=image/...` of GetObject: `() => import('jimp')`. It is loaded when it is first needed.
   *
   * @default none: such requests are refused with 501
   */
  readonly images?: () => Promise<ImageLibrary>;
  /** Custom domains: host name -> bucket. @default none */
  readonly cnames?: Readonly<Record<string, string>>;
  /**
   * Further host names of the server, for path style, such as its name in a container network. Requests for other names
   * than these, `cnames`, IP addresses, `localhost`, `*.localhost` and `*.aliyuncs.com` are refused.
   *
   * @default `host`, where it is a name
   */
  readonly hosts?: readonly string[];
  /** Origins whose pages may call STS, such as `http://localhost:5173`. @default none */
  readonly stsOrigins?: readonly string[];
  /** Called for each request after its response. An error that it throws is reported on stderr. */
  readonly onRequest?: (entry: JournalEntry) => void;
}

/** Settings of a bucket. */
export interface BucketChanges {
  /** Replaces the ACL. @default it stays; `private` for a new bucket */
  readonly acl?: Acl;
  /** Replaces the bucket policy. @default it stays; none for a new bucket */
  readonly policy?: PolicyInput;
  /** Replaces all rules for other origins. @default they stay; none for a new bucket */
  readonly cors?: readonly CorsRule[];
  /** Hotlink protection for links and anonymous requests. */
  readonly referer?: RefererRules;
}

/** Facts about an object that can be changed. */
export interface ObjectChanges {
  /** Replaces the ACL. @default it stays; for a new object, its bucket's */
  readonly acl?: ObjectAcl;
  /**
   * Replaces the storage class. Archived objects refuse to be read until they are restored. @default it stays; for a new object, its
   * bucket's
   */
  readonly storageClass?: StorageClass;
  /** Headers kept with it, such as `content-type` and `x-oss-meta-*`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An OIDC identity provider for tests, registered in the account. */
export interface OidcFacts {
  /** The `iss` of its tokens; the discovery document and the keys are below it. */
  readonly issuer: string;
  /** Pass it to AssumeRoleWithOIDC as `OIDCProviderArn`. */
  readonly providerArn: string;
  /** Signs a token that AssumeRoleWithOIDC takes for a role whose trust policy allows it. */
  issueToken(options: IssueTokenOptions): Promise<string>;
}

/** A running local OSS with its STS. */
export interface LocalOss {
  /** `http://127.0.0.1:PORT`, for OSS (path style) and for STS. */
  readonly endpoint: string;
  /** Only with the option `https`. */
  readonly https?: HttpsFacts;
  /** Always `cn-hangzhou`. */
  readonly region: string;
  /** A RAM user with full access to OSS, which may assume every role that trusts the account. */
  readonly owner: Credentials;
  /** A role that may read every object. */
  readonly roleArn: string;
  /** An identity provider whose tokens the server's STS takes. */
  readonly oidc: OidcFacts;
  /** The server's clock: advance it to make links and tokens expire. */
  readonly clock: MovableClock;
  /** Faults that the server injects. */
  readonly faults: Faults;
  /** One request and the server's decision. */
  readonly journal: Journal;
  /** Creates a private bucket, if missing. @throws RangeError for a name that is not valid */
  createBucket(name: string): Promise<void>;
  /** Stores an object, as the owner would; creates the bucket if missing. @throws RangeError for a name that is not valid */
  put(bucket: string, key: string, body: Uint8Array | string, facts?: ObjectChanges): Promise<void>;
  /** Sets ACL, policy, CORS or referer rules. @throws RangeError when the bucket does not exist; PolicySyntaxError for a bad policy */
  configureBucket(name: string, changes: BucketChanges): void;
  /** Sets ACL, storage class or headers. @throws RangeError when the object does not exist */
  configureObject(bucket: string, key: string, changes: ObjectChanges): void;
  /** Adds a RAM user. @returns its key */
  addUser(options: UserOptions): Credentials;
  /** Adds a role. @returns its ARN */
  addRole(options: RoleOptions): string;
  /** Disables a user's key, or enables it again. @param disabled @default true @throws RangeError for an unknown key */
  disableKey(accessKeyId: string, disabled?: boolean): void;
  /** Expires temporary credentials now. @throws RangeError when this server did not issue them */
  expireToken(credentials: Pick<Credentials, 'accessKeyId'>): void;
  /** Variables for clients that read their settings from the environment. */
  environment(): Readonly<Record<string, string>>;
  /** Closes all connections, waits for their requests to settle, and frees the port. */
  close(): Promise<void>;
  /** As `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}
