import type { components } from '@ossgrant/grant-handler/client';

// From the server's own schemas, so that a new code has the page not compile until it has words.
type Schemas = components['schemas'];
export type Refusal = Schemas['Problem'];
export type UrlWarning = Schemas['SignedUrl']['warnings'][number];

/** Where the user may share. */
export interface Scope {
  readonly bucket: string;
  readonly prefix: string;
  readonly longestSeconds: number;
}

export interface Me {
  readonly id: string;
  readonly admin: boolean;
  readonly scopes: readonly Scope[];
  readonly hosts: readonly string[];
  readonly versions: readonly ('v4' | 'v1')[];
  readonly credentials: boolean;
}

export interface StoredObject {
  readonly key: string;
  readonly size: number;
  readonly lastModified?: string;
}

export interface ObjectPage {
  readonly objects: readonly StoredObject[];
  readonly prefixes: readonly string[];
  readonly next?: string;
}

export interface SignedUrl {
  readonly key: string;
  readonly url?: string;
  readonly expiresAt: string;
  readonly requestedExpiresAt: string;
  readonly limitedBy: 'request' | 'credential' | 'signature-version';
  readonly warnings: readonly UrlWarning[];
}

/** A direct URL to be signed. */
export interface NewUrls {
  readonly bucket: string;
  readonly key?: string;
  readonly keys?: readonly string[];
  readonly expiresIn?: number;
  readonly expiresAt?: string;
  readonly filename?: string;
  readonly disposition?: 'attachment' | 'inline';
  readonly process?: string;
  readonly host?: string;
  readonly version?: 'v4' | 'v1';
  readonly trafficLimit?: number;
  readonly sourceIp?: string;
  readonly dryRun?: boolean;
}

export interface NewShare {
  readonly bucket: string;
  readonly key?: string;
  readonly keys?: readonly string[];
  readonly prefix?: string;
  readonly expiresIn?: number;
  readonly expiresAt?: string;
  readonly filename?: string;
  readonly disposition?: 'attachment' | 'inline';
  readonly process?: string;
  readonly host?: string;
  readonly maxUses?: number;
  readonly ip?: readonly string[];
  readonly password?: string;
  readonly label?: string;
}

export type ShareState = 'active' | 'paused' | 'revoked' | 'expired' | 'used-up' | 'not-yet';

export interface Share {
  readonly id: string;
  readonly url?: string;
  readonly owner: string;
  readonly state: ShareState;
  readonly revision: number;
  readonly bucket: string;
  readonly keys: readonly string[];
  readonly prefix?: string;
  readonly filename?: string;
  readonly disposition?: string;
  readonly process?: string;
  readonly host?: string;
  readonly label?: string;
  readonly limits: { readonly maxUses?: number; readonly ip?: readonly string[]; readonly password: boolean };
  readonly uses: number;
  /** Only in lists. */
  readonly lastUsedAt?: string;
  readonly notBefore?: string;
  readonly expiresAt: string;
  readonly createdAt: string;
}

export interface ShareUse {
  readonly id: string;
  readonly at: string;
  readonly key: string;
  readonly repeats: number;
  readonly address?: string;
  readonly agent?: string;
}

export interface ShareEvent {
  readonly seq: number;
  readonly at: string;
  readonly kind: string;
  readonly actor: string;
  readonly body: unknown;
}

export interface NewGrant {
  readonly bucket: string;
  readonly keys?: readonly string[];
  readonly prefix?: string;
  readonly list?: boolean;
  readonly durationSeconds: number;
  readonly sessionName?: string;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
  readonly expiration: string;
}

export interface GrantHandle {
  readonly id: string;
  readonly url?: string;
  readonly state: 'active' | 'revoked' | 'expired';
  readonly bucket: string;
  readonly keys: readonly string[];
  readonly prefix?: string;
  readonly label?: string;
  readonly expiresAt: string;
  readonly createdAt: string;
}
