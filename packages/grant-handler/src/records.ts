/** Whether a share may be used, apart from its times and uses. A revoked share stays revoked. */
export type ShareState = 'active' | 'paused' | 'revoked';

/** What a share gives and on which terms; fixed when it is made. */
export interface ShareFacts {
  /** The objects; empty with a prefix. */
  readonly keys: readonly string[];
  /** Shares every object below it; ends with `/`. Absent: the share names its keys. */
  readonly prefix?: string | undefined;
  /** Version that is handed out. Absent: the newest at the time of the visit. */
  readonly versionId?: string | undefined;
  /** Name under which browsers save the object. @default the last part of its key */
  readonly filename?: string | undefined;
  /** Whether browsers save or show the object. @default attachment */
  readonly disposition?: 'attachment' | 'inline' | undefined;
  /** Processing that OSS applies, such as `image/resize,w_200`; such a share has no preview. */
  readonly process?: string | undefined;
  /** Name of one of the handler's hosts. */
  readonly host?: string | undefined;
  /** Addresses or networks that may redeem. */
  readonly ip?: readonly string[] | undefined;
  /** Life of the link with which the page shows a preview, in seconds. @default 900 */
  readonly previewSeconds?: number | undefined;
  /** `address`: a later part of an object is the same use for the same address and program, without a proof. */
  readonly resume?: 'address' | undefined;
  /** Absent: neither. */
  readonly allow?: readonly ShareAllowance[] | undefined;
}

/** What a share permits beyond a download: temporary credentials; its file name in previews of a message. */
export type ShareAllowance = 'credentials' | 'filename';

/** A share to be kept. */
export interface NewShare {
  /** 16 random bytes, in hexadecimal. */
  readonly id: string;
  /** Version of the token key that makes its address: when that key is no longer configured, the address no longer opens. */
  readonly tokenVersion: number;
  /** A bucket of `presigners`; a share whose bucket is not configured hands nothing out. */
  readonly bucket: string;
  /** What it gives. Kept as JSON, so every field must survive that. */
  readonly facts: ShareFacts;
  /** Words of the owner to find it by, of at most 200 characters; visitors do not see them. */
  readonly label?: string | undefined;
  /** Hashed. */
  readonly password?: string | undefined;
  /** Counted uses after which it hands nothing out. Absent: unlimited. */
  readonly maxUses?: number | undefined;
  /** Instant before which visits are refused. Absent: it works at once. */
  readonly notBefore?: Date | undefined;
  /** Instant from which visits are refused. */
  readonly expiresAt: Date;
}

/** A share as it is kept. */
export interface Share extends NewShare {
  /** `id` of the subject that made it. */
  readonly owner: string;
  /** As its owner set it. Expiry and used-up limits do not change it. */
  readonly state: ShareState;
  /** 1 when made, one more with each change; sent as the ETag, which `If-Match` compares. */
  readonly revision: number;
  /** Uses counted so far. Free repeats do not count. */
  readonly uses: number;
  /** When the newest use was counted. Lists of shares say it; absent elsewhere, and where there is none. */
  readonly lastUsedAt?: Date | undefined;
  /** By the clock of the handler that made it, not of the database. */
  readonly createdAt: Date;
}

/** A use that was counted. */
export interface ShareUse {
  /** Digest of the proof, 16 bytes in hexadecimal: a repeat is recognised by it. */
  readonly id: string;
  /** When it was counted; repeats do not move it. */
  readonly at: Date;
  /** Absent when the server under the handler did not name one. */
  readonly address?: string | undefined;
  /** `User-Agent` of the visitor, cut to 200 characters. */
  readonly agent?: string | undefined;
  /** Key of the object that was handed out, or the share's prefix where temporary credentials were. */
  readonly key: string;
  /** How often the same proof was redeemed again, free of charge. */
  readonly repeats: number;
}

/** A revocable address of temporary credentials. */
export interface GrantHandle {
  /** 16 random bytes, in hexadecimal. */
  readonly id: string;
  /** Version of the token key that makes its address. */
  readonly tokenVersion: number;
  /** `id` of the subject that made it; only it and administrators can revoke it. */
  readonly owner: string;
  /** Bucket of all its objects. */
  readonly bucket: string;
  /** Kept as JSON, so every field must survive that. */
  readonly facts: HandleFacts;
  /** Words of the owner to find it by, of at most 200 characters. */
  readonly label?: string | undefined;
  /** Revoking ends the handle for good, but not the credentials that it has given. */
  readonly state: 'active' | 'revoked';
  /** Instant from which it gives no more credentials. Those given before live on to their own end. */
  readonly expiresAt: Date;
  /** By the clock of the handler that made it. */
  readonly createdAt: Date;
}

/** What a handle's credentials allow. */
export interface HandleFacts {
  /** The objects; empty with a prefix. */
  readonly keys: readonly string[];
  /** Grants every object below it; ends with `/`. */
  readonly prefix?: string | undefined;
  /** Whether the credentials may also list the keys below the prefix. */
  readonly list: boolean;
  /** Life of each set of credentials, in seconds: 900 to 43200. STS refuses more than the role's own limit. */
  readonly durationSeconds: number;
  /** Session name of the assumed role, by which logs of OSS name the caller. */
  readonly sessionName: string;
}

/** Where an API key may be used, and for how long it may share. */
export interface KeyScope {
  /** One bucket; there is no wildcard. */
  readonly bucket: string;
  /** Empty: the whole bucket. */
  readonly prefix: string;
  /** Longest life of a share or grant made under this scope, in seconds; at least 1. Of several scopes that fit, the longest counts. */
  readonly longestSeconds: number;
}

/** An API key as it is kept: without its secret. */
export interface ApiKey {
  /** 16 random bytes, in hexadecimal; part of the key that the caller sends. */
  readonly id: string;
  /** SHA-256 of the secret part, in hexadecimal. */
  readonly hash: string;
  /** Owner of everything that is made with the key. */
  readonly owner: string;
  /** Distinguishes keys of one owner in a list. */
  readonly name: string;
  /** Whether the key may see and change the shares of others. */
  readonly admin: boolean;
  /** Where it may share. Without a scope it can share nothing. */
  readonly scopes: readonly KeyScope[];
  /** By the clock of the process that made it. */
  readonly createdAt: Date;
  /** Instant from which the key is refused. Absent: it does not expire. */
  readonly expiresAt?: Date | undefined;
  /** When it was revoked: it is refused ever since. Absent: it was not. */
  readonly revokedAt?: Date | undefined;
}

/** An event in its chain. */
export interface AuditEvent {
  /** Chain that it belongs to, 0 to 63: the first byte of the subject modulo 64. */
  readonly shard: number;
  /** Place in the chain, from 1, without gaps. */
  readonly seq: number;
  /** When it happened, by the handler's clock, to the millisecond. */
  readonly at: Date;
  /** What happened, such as `share.created` or `key.revoked`. */
  readonly kind: string;
  /** 16 bytes in hexadecimal: the share, handle, grant or key that it is about. */
  readonly subject: string;
  /** Who did it: the `id` of a subject, or, for `share.redeemed`, the visitor's address. */
  readonly actor: string;
  /** JSON, as it was hashed. */
  readonly body: string;
  /** SHA-256 over the hash before and this event, in hexadecimal. */
  readonly hash: string;
}

/** The end of one chain. */
export type AuditHead = Pick<AuditEvent, 'shard' | 'seq' | 'hash'>;

/** A browser that is signed in, or a code that signs one in. */
export interface Session {
  /** 16 random bytes, in hexadecimal. The browser keeps it sealed with a token key. */
  readonly id: string;
  /** Whose rights it has, for as long as the key is valid. */
  readonly keyId: string;
  /** Instant from which it is refused. */
  readonly expiresAt: Date;
}
