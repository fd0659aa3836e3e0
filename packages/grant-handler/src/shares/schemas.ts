import { z } from '@hono/zod-openapi';
import type { SigningErrorCode } from '@ossgrant/signer-core';
import type { Duration } from '@ossgrant/url-presigner';
import { PROBLEM_CODES } from '../problem.ts';

/** Text without control characters and with whole characters only, as databases and headers need it. */
export function plainText(most: number): z.ZodString {
  return z
    .string()
    .min(1)
    .max(most)
    .regex(/^[^\p{Cc}\p{Surrogate}]*$/u, 'must not hold control characters or halves of characters');
}

/** A duration: seconds, or text such as `15m`. */
export const durationSchema = z
  .union([z.int().min(1), z.string().regex(/^[1-9]\d{0,8}[smhd]$/, 'must be seconds, or text such as "15m" or "90d"')])
  .openapi({ description: 'Seconds, or text such as "15m" or "90d".', example: '7d' });

const UNITS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Whole seconds of a checked duration. */
export function secondsOf(duration: Duration): number {
  if (typeof duration === 'number') return duration;
  return Number.parseInt(duration, 10) * UNITS[duration.slice(-1) as keyof typeof UNITS];
}

const instantSchema = z.iso.datetime({ offset: true }).openapi({ example: '2027-01-31T12:00:00Z' });
const bucketSchema = z.string().regex(/^[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]$/, 'must be the name of a bucket');
const keySchema = plainText(1023);

/** Objects of a share or grant: `key`, `keys` or `prefix`. */
export const objectFields = {
  bucket: bucketSchema,
  key: keySchema.optional(),
  keys: z.array(keySchema).min(1).max(1000).optional(),
  prefix: keySchema.endsWith('/', 'must end with "/": without it "team-a" would also fit "team-abc/secret"').optional(),
};

/** A share to be made. Unknown fields are refused: a limit that is misspelt must not be a limit that is missing. */
export const newShareSchema = z
  .strictObject({
    ...objectFields,
    versionId: plainText(256).optional(),
    expiresIn: durationSchema.optional(),
    expiresAt: instantSchema.optional(),
    notBefore: instantSchema.optional(),
    filename: plainText(255).optional(),
    disposition: z.enum(['attachment', 'inline']).optional(),
    process: plainText(1024).optional(),
    maxUses: z.int().min(1).max(1_000_000_000).optional(),
    ip: z.union([z.string(), z.array(z.string()).min(1).max(50)]).optional(),
    password: z.string().min(1).max(1024).optional(),
    host: plainText(64).optional(),
    label: plainText(200).optional(),
    previewSeconds: z.int().min(1).max(604_800).optional(),
    resume: z.literal('address').optional().openapi({
      description: 'A request for a later part of an object is the same use for the same address and program.',
    }),
    allow: z
      .array(z.enum(['credentials', 'filename']))
      .max(2)
      .optional(),
    insist: z.boolean().optional().openapi({
      description: 'Allows credentials together with maxUses, ip or password, which temporary credentials do not obey.',
    }),
  })
  .openapi('NewShare');

export type NewShareInput = z.infer<typeof newShareSchema>;

/** Changes of a share. */
export const changesSchema = z
  .strictObject({
    expiresIn: durationSchema.optional(),
    expiresAt: instantSchema.optional(),
    label: plainText(200).nullable().optional(),
    maxUses: z.int().min(1).max(1_000_000_000).nullable().optional(),
  })
  .openapi('ShareChanges');

/** What a share is limited by. */
const limitsSchema = z.object({
  maxUses: z.int().optional(),
  ip: z.array(z.string()).optional(),
  password: z.boolean(),
});

/** A share as its owner sees it. */
export const shareSchema = z
  .object({
    id: z.string(),
    url: z.string().optional().openapi({ description: 'Only where the share is made or copied.' }),
    owner: z.string(),
    state: z.enum(['active', 'paused', 'revoked', 'expired', 'used-up', 'not-yet']),
    revision: z.int(),
    bucket: z.string(),
    keys: z.array(z.string()),
    prefix: z.string().optional(),
    versionId: z.string().optional(),
    filename: z.string().optional(),
    disposition: z.enum(['attachment', 'inline']).optional(),
    process: z.string().optional(),
    host: z.string().optional(),
    label: z.string().optional(),
    previewSeconds: z.int().optional(),
    resume: z.literal('address').optional(),
    allow: z.array(z.string()),
    limits: limitsSchema,
    uses: z.int(),
    lastUsedAt: z.string().optional().openapi({ description: 'Only in lists, and only once it was used.' }),
    notBefore: z.string().optional(),
    expiresAt: z.string(),
    createdAt: z.string(),
  })
  .openapi('Share');

// All of the signer's, or it does not compile.
const REASONS = Object.keys({
  INVALID_ENDPOINT: true,
  REGION_UNKNOWN: true,
  INVALID_BUCKET: true,
  INVALID_KEY: true,
  KEY_AMBIGUOUS_IN_V1: true,
  VALUE_AMBIGUOUS_IN_V1: true,
  INVALID_TEXT: true,
  RESERVED_NAME: true,
  INSECURE_TRANSPORT: true,
} satisfies Record<SigningErrorCode, true>) as readonly SigningErrorCode[];

/** A refusal, RFC 9457. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z
      .enum(PROBLEM_CODES)
      .openapi({ description: 'More may come: show the detail of those that you do not know.' }),
    reason: z
      .enum(REASONS)
      .optional()
      .openapi({ description: 'What cannot be signed, where that is the cause. More may come.' }),
    detail: z.string(),
    requestId: z.string(),
  })
  .openapi('Problem');

/** A JSON body of this schema. */
export function json<T extends z.ZodType>(schema: T): { 'application/json': { schema: T } } {
  return { 'application/json': { schema } };
}

export const idParam = z.object({ id: z.string().regex(/^[0-9a-f]{32}$/, 'must be 32 hexadecimal digits') });
export const tokenParam = z.object({ token: z.string() });

/** Every refusal. */
export const problemContent = {
  description: 'Refused; `code` says why.',
  content: { 'application/problem+json': { schema: problemSchema } },
};

/** A route for owners. */
export const security = [{ apiKey: [] }, { session: [] }];
