import path from 'node:path';
import type { TokenKey } from '@ossgrant/grant-handler';
import { z } from 'zod';
import { type AuditConfiguration, readAudit } from './audit-configuration.ts';
import { type JwtConfiguration, list, readJwt } from './jwt-configuration.ts';
import { readWebhooks, type WebhookConfiguration } from './webhook-configuration.ts';

/** What the server is started with. */
export interface Configuration {
  readonly host: string;
  readonly port: number;
  /** Without a slash at its end. */
  readonly publicUrl: string;
  /** Absent: PGlite in the data folder. */
  readonly databaseUrl?: string;
  readonly dataFolder: string;
  /** Absent: one that is made in the data folder. */
  readonly tokenKeys?: readonly TokenKey[];
  readonly buckets: readonly string[];
  /** What shares may name instead of the buckets' usual host: networks of the region, and domains of the buckets. */
  readonly hosts: readonly string[];
  readonly region?: string;
  readonly endpoint?: string;
  readonly roleArn?: string;
  /** Absent: API keys only. */
  readonly jwt?: JwtConfiguration;
  /** Absent: the heads of the audit log are not signed. */
  readonly audit?: AuditConfiguration;
  /** Absent: nothing is announced. */
  readonly webhooks?: WebhookConfiguration;
  readonly origins: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

/** Variables that cannot be used; the message lists them all. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

const LOOPBACK = /^(?:127\.|localhost$|::1$)/;

const keysSchema = z.string().transform((text, issues): readonly TokenKey[] =>
  list(text).flatMap((part) => {
    const [, version, key = ''] = /^(\d{1,3}):([\w+/=-]+)$/.exec(part) ?? [];
    const bytes = Buffer.from(key, 'base64');
    if (version !== undefined && bytes.length >= 32) return [{ version: Number(version), key: bytes }];
    issues.addIssue({
      code: 'custom',
      message: 'must be "1:" and 32 random bytes in base64, newest first, separated by commas: openssl rand -base64 32',
    });
    return [];
  }),
);

const schema = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number('must be a number').int().min(0).max(65_535, 'must be at most 65535').default(8787),
  GRANT_PUBLIC_URL: z
    .url('must be the address that recipients use, such as "https://files.example.com"')
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(?:ql)?:\/\//, 'must start with "postgres://"')
    .optional(),
  GRANT_DATA: z.string().default('grant-server-data'),
  GRANT_TOKEN_KEYS: keysSchema.optional(),
  GRANT_BUCKETS: z
    .string('must name the buckets whose objects may be shared, separated by commas')
    .transform(list)
    .refine((buckets) => buckets.length > 0, 'must name at least one bucket'),
  OSS_REGION: z.string().optional(),
  OSS_ENDPOINT: z.string().optional(),
  GRANT_ROLE_ARN: z
    .string()
    .regex(/^acs:ram::\d+:role\/.+$/, 'must look like "acs:ram::1234567890123456:role/download"')
    .optional(),
  GRANT_HOSTS: z.string().default('').transform(list),
  GRANT_ORIGINS: z.string().default('').transform(list),
  GRANT_TRUSTED_PROXIES: z.string().default('').transform(list),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

/**
 * Reads the environment. Empty variables count as absent.
 *
 * @throws ConfigurationError with everything that is wrong, not only the first
 */
export function readConfiguration(env: Readonly<Record<string, string | undefined>>): Configuration {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const parsed = schema.safeParse(given);
  const wrong = parsed.success ? [] : parsed.error.issues.map((issue) => `  ${issue.path.join('.')} ${issue.message}`);
  const local = LOOPBACK.test(given['HOST'] ?? '127.0.0.1');
  if (given['GRANT_PUBLIC_URL'] === undefined && !local) {
    wrong.push('  GRANT_PUBLIC_URL must be set where HOST is not a loopback address: shares are made of it');
  }
  if (given['DATABASE_URL'] !== undefined && given['GRANT_TOKEN_KEYS'] === undefined) {
    wrong.push(
      '  GRANT_TOKEN_KEYS must be set with DATABASE_URL: all instances need the same key (openssl rand -base64 32)',
    );
  }
  if (given['OSS_REGION'] === undefined && given['OSS_ENDPOINT'] === undefined) {
    wrong.push('  OSS_REGION must be the region of the buckets, such as "cn-hangzhou"');
  }
  const { jwt, wrong: wrongForJwt } = readJwt(given);
  const { audit, wrong: wrongForAudit } = readAudit(given);
  const { webhooks, wrong: wrongForWebhooks } = readWebhooks(given);
  wrong.push(...wrongForJwt, ...wrongForAudit, ...wrongForWebhooks);
  if (!parsed.success || wrong.length > 0) {
    throw new ConfigurationError(`the environment is not complete:\n${wrong.join('\n')}`);
  }
  const { data } = parsed;
  return {
    host: data.HOST,
    port: data.PORT,
    publicUrl: data.GRANT_PUBLIC_URL ?? `http://${data.HOST.includes(':') ? `[${data.HOST}]` : data.HOST}:${data.PORT}`,
    dataFolder: path.resolve(data.GRANT_DATA),
    buckets: data.GRANT_BUCKETS,
    hosts: data.GRANT_HOSTS,
    origins: data.GRANT_ORIGINS,
    trustedProxies: data.GRANT_TRUSTED_PROXIES,
    logLevel: data.LOG_LEVEL,
    ...(data.DATABASE_URL === undefined ? {} : { databaseUrl: data.DATABASE_URL }),
    ...(data.GRANT_TOKEN_KEYS === undefined ? {} : { tokenKeys: data.GRANT_TOKEN_KEYS }),
    ...(data.OSS_REGION === undefined ? {} : { region: data.OSS_REGION }),
    ...(data.OSS_ENDPOINT === undefined ? {} : { endpoint: data.OSS_ENDPOINT }),
    ...(jwt === undefined ? {} : { jwt }),
    ...(audit === undefined ? {} : { audit }),
    ...(webhooks === undefined ? {} : { webhooks }),
    ...(data.GRANT_ROLE_ARN === undefined ? {} : { roleArn: data.GRANT_ROLE_ARN }),
  };
}
