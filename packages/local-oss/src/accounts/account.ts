import { randomBytes } from 'node:crypto';
import { parsePolicy, type PolicyDocument } from '../access/policy.ts';
import type { Keyring, UserKey } from './keyring.ts';

/** A policy, as an object or as its JSON text. */
export type PolicyInput = string | Readonly<Record<string, unknown>>;

/** A new RAM user. */
export interface UserOptions {
  /** Part of its ARN: `acs:ram::ACCOUNT:user/NAME`. */
  readonly name: string;
  /** @default none: the user has no permissions */
  readonly policies?: readonly PolicyInput[];
}

/** A new role. */
export interface RoleOptions {
  /** Part of its ARN: `acs:ram::ACCOUNT:role/NAME`. */
  readonly name: string;
  /** What its sessions may do. @default nothing */
  readonly policies?: readonly PolicyInput[];
  /** Trust policy: the callers that may assume the role. @default every identity in the account */
  readonly trust?: PolicyInput;
  /** 3600 to 43200. @default 3600 */
  readonly maxSessionSeconds?: number;
}

/** A role that can be assumed. */
export interface Role {
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  readonly policies: readonly PolicyDocument[];
  readonly trust: PolicyDocument;
  readonly maxSessionSeconds: number;
}

/** The one account of a local server. */
export interface Account {
  readonly id: string;
  /** The one identity provider: the test issuer. */
  readonly oidcProviderArn: string;
  readonly roles: ReadonlyMap<string, Role>;
  /** @throws PolicySyntaxError for a policy that cannot be evaluated */
  addUser(options: UserOptions): UserKey;
  /** @throws PolicySyntaxError for a policy that cannot be evaluated; RangeError for a bad session length */
  addRole(options: RoleOptions): Role;
  /** Whether public ACLs and policies count in no bucket. @default false */
  blocksPublicAccess(): boolean;
  blockPublicAccess(blocked: boolean): void;
}

const ACCOUNT_ID = '1000000000000001';

/** Creates an account without users and roles. */
export function createAccount(keyring: Keyring): Account {
  const roles = new Map<string, Role>();
  let isPublicBlocked = false;
  let ids = 200_000_000_000_000_000n;
  const nextId = (): string => String((ids += 1n));
  return {
    id: ACCOUNT_ID,
    oidcProviderArn: `acs:ram::${ACCOUNT_ID}:oidc-provider/local-oss`,
    roles,
    addUser({ name, policies = [] }): UserKey {
      const arn = `acs:ram::${ACCOUNT_ID}:user/${name}`;
      const key: UserKey = {
        accessKeyId: `LTAI5t${randomBytes(9).toString('hex')}`,
        accessKeySecret: randomBytes(15).toString('hex'),
        identity: { kind: 'user', arn, id: nextId(), policies: policies.map((policy) => parse(policy)) },
      };
      keyring.addUser(key);
      return key;
    },
    addRole(options): Role {
      const { name, policies = [], maxSessionSeconds = 3600 } = options;
      if (maxSessionSeconds < 3600 || maxSessionSeconds > 43_200) {
        throw new RangeError('maxSessionSeconds must be from 3600 to 43200');
      }
      const role: Role = {
        id: nextId(),
        name,
        arn: `acs:ram::${ACCOUNT_ID}:role/${name}`,
        policies: policies.map((policy) => parse(policy)),
        trust: parsePolicy(textOf(options.trust ?? TRUST_ACCOUNT), 'trust'),
        maxSessionSeconds,
      };
      roles.set(role.arn.toLowerCase(), role);
      return role;
    },
    blocksPublicAccess: () => isPublicBlocked,
    blockPublicAccess(blocked): void {
      isPublicBlocked = blocked;
    },
  };
}

const TRUST_ACCOUNT = {
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: [`acs:ram::${ACCOUNT_ID}:root`] } }],
};

function parse(policy: PolicyInput): PolicyDocument {
  return parsePolicy(textOf(policy));
}

function textOf(policy: PolicyInput): string {
  return typeof policy === 'string' ? policy : JSON.stringify(policy);
}

/** Policy of the owner, a RAM user. */
export const OWNER_POLICY: PolicyInput = {
  Version: '1',
  Statement: [
    { Effect: 'Allow', Action: 'oss:*', Resource: '*' },
    { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' },
  ],
};

/** Policy of the role behind `LocalOss.roleArn`: read every object. */
export const READER_POLICY: PolicyInput = {
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: ['oss:GetObject', 'oss:ListObjects'], Resource: '*' }],
};
