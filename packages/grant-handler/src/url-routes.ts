import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { defined } from '@ossgrant/credentials-core/internal';
import type { PresignedUrl, PresignRequest, PresignWarning } from '@ossgrant/url-presigner';
import type { Context, Env } from './context.ts';
import { Problem } from './problem.ts';
import { endOf, longestLife, objectsOf } from './shares/make-share.ts';
import { presign } from './shares/object-of.ts';
import { json, newShareSchema, objectFields, problemContent, security } from './shares/schemas.ts';
import { newId } from './token.ts';

const { bucket, key, keys } = objectFields;
const newUrlsSchema = z
  .strictObject({
    bucket,
    key,
    keys,
    ...newShareSchema.pick({
      versionId: true,
      expiresIn: true,
      expiresAt: true,
      filename: true,
      disposition: true,
      process: true,
      host: true,
    }).shape,
    method: z.enum(['GET', 'HEAD']).default('GET'),
    version: z.enum(['v4', 'v1']).default('v4').openapi({ description: 'V1 is being retired by the cloud.' }),
    trafficLimit: z.int().min(819_200).max(838_860_800).optional().openapi({ description: 'In bit/s.' }),
    sourceIp: z.string().max(64).optional(),
    dryRun: z
      .boolean()
      .default(false)
      .openapi({ description: 'Checks the request and returns the real end, but no URL.' }),
  })
  .openapi('NewUrls');

// All of the presigner's, or `view` does not compile: a page says each in its reader's language.
const WARNING_CODES = [
  'V1_IS_RETIRING',
  'KEY_IS_URL',
  'KEY_ENCODED',
  'PARAMETER_IN_KEY',
  'WATERMARK_BASE64',
  'INLINE_ON_DEFAULT_DOMAIN',
  'APP_ON_DEFAULT_DOMAIN',
] as const satisfies readonly PresignWarning['code'][];

const urlSchema = z
  .object({
    key: z.string(),
    url: z.string().optional().openapi({ description: 'Absent for a dry run.' }),
    expiresAt: z.string().openapi({ description: 'The real end.' }),
    requestedExpiresAt: z.string(),
    limitedBy: z.enum(['request', 'credential', 'signature-version']),
    warnings: z.array(
      z.object({
        code: z
          .enum(WARNING_CODES)
          .openapi({ description: 'More may come: show the message of those that you do not know.' }),
        message: z.string().openapi({ description: 'In English.' }),
      }),
    ),
  })
  .openapi('SignedUrl');

type NewUrls = z.infer<typeof newUrlsSchema>;

const DEFAULT_SECONDS = 900;
const V1_IS_RETIRING: PresignWarning = {
  code: 'V1_IS_RETIRING',
  message: 'V1 signatures are being retired: new buckets refuse them. Use V4 unless the reader cannot.',
};

/** Direct signed URLs: nothing stands between their holder and the storage, so nobody can count or revoke them. */
export function urlRoutes(context: Context, app: OpenAPIHono<Env>): void {
  const { store, clock } = context;
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/urls',
      operationId: 'createUrls',
      summary: 'Signs direct URLs, which cannot be revoked, or only says when they would end',
      security,
      request: { body: { required: true, content: json(newUrlsSchema) } },
      responses: {
        201: { description: 'The URLs.', content: json(z.object({ urls: z.array(urlSchema) })) },
        '4XX': problemContent,
      },
    }),
    async (c) => {
      const subject = c.get('subject');
      const input = c.req.valid('json');
      const objects = objectsOf(input);
      const now = clock.now();
      const longest = await longestLife(context, subject, input.bucket, objects);
      const end = endOf(input, now, longest) ?? new Date(now + Math.min(DEFAULT_SECONDS, longest) * 1000);
      const { host, version } = input;
      const signing = { bucket: input.bucket, host, version, signal: c.req.raw.signal };
      const urls = [];
      for (const one of objects.keys) {
        urls.push(view(input, one, await presign(context, signing, requestFor(input, one, end))));
      }
      if (!input.dryRun) {
        const body = { bucket: input.bucket, keys: objects.keys, method: input.method, version, expiresAt: end };
        await store.record({ kind: 'url.signed', subject: newId(), body, actor: subject.id, at: now });
      }
      c.header('cache-control', 'no-store');
      return c.json({ urls }, 201);
    },
  );
}

function requestFor(input: NewUrls, one: string, expiresAt: Date): PresignRequest {
  const { method, filename, disposition, versionId, process, trafficLimit, sourceIp } = input;
  if (filename !== undefined && input.keys !== undefined) {
    throw new Problem('invalid-request', 'filename goes with one key: several objects keep their names');
  }
  const download = filename === undefined && disposition === undefined ? undefined : defined({ filename, disposition });
  return { key: one, method, expiresAt, ...defined({ download, versionId, process, trafficLimit, sourceIp }) };
}

function view(input: NewUrls, one: string, signed: PresignedUrl): z.infer<typeof urlSchema> {
  const warnings = (signed.warnings ?? []).map(({ code, message }) => ({ code, message }));
  return {
    key: one,
    ...(input.dryRun ? {} : { url: signed.url }),
    expiresAt: signed.expiration.toISOString(),
    requestedExpiresAt: signed.requestedExpiration.toISOString(),
    limitedBy: signed.limitedBy,
    warnings: input.version === 'v1' ? [V1_IS_RETIRING, ...warnings] : warnings,
  };
}
