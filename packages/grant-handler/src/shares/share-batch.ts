import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context, Env } from '../context.ts';
import type { Subject } from '../grant-handler.ts';
import { Problem } from '../problem.ts';
import type { NewShare } from '../records.ts';
import { makeShare } from './make-share.ts';
import { newShareSchema, problemContent, security } from './schemas.ts';
import { createdView } from './share-view.ts';

/** Shares of one statement, as many as a read of the body brings: more would hold the locks of the audit heads longer. */
const CHUNK = 1000;

/** `POST /v1/shares:batch`: a line in, a line out, in order; nothing is read further than results are taken. */
export function batchRoute(context: Context, app: OpenAPIHono<Env>): void {
  const lines = { 'application/x-ndjson': { schema: z.string() } };
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/shares:batch',
      operationId: 'createShares',
      summary: 'Makes many shares: a NewShare on each line in, {"ok": true, "share"} or {"ok": false, "problem"} out',
      security,
      request: { body: { required: true, content: lines } },
      responses: { 200: { description: 'A result for each line, in order.', content: lines }, '4XX': problemContent },
    }),
    (c) => {
      const { body } = c.req.raw;
      if (body === null) throw new Problem('invalid-request', 'send a share as JSON on each line of the body');
      const results = makeAll(context, c.get('subject'), readChunks(body, context.bodyBytes));
      const encoder = new TextEncoder();
      const stream = new ReadableStream<Uint8Array>({
        async pull(controller) {
          const { done, value } = await results.next();
          if (done === true) controller.close();
          else controller.enqueue(encoder.encode(value));
        },
        async cancel() {
          await results.return(undefined);
        },
      });
      // The types of routes know JSON and text only.
      return c.body(stream, 200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' }) as never;
    },
  );
}

/** A chunk that the store keeps. */
interface Kept {
  readonly made: readonly (NewShare | Problem)[];
  readonly at: number;
  readonly done: Promise<unknown>;
}

/**
 * While the store keeps one chunk, the results of the one before are written and the next one is checked, if it is there: results
 * never wait for lines that a client may send only after it has read them.
 */
async function* makeAll(
  context: Context,
  subject: Subject,
  chunks: AsyncGenerator<readonly string[]>,
): AsyncGenerator<string, undefined> {
  const signable = new Set<string>();
  const resultsOf = ({ made, at }: Kept): string => made.map((one) => resultOf(context, subject, one, at)).join('');
  let kept: Kept | undefined;
  let end = '';
  try {
    for (;;) {
      const next = chunks.next();
      // It is awaited below, or by nobody where the client has gone.
      next.catch(() => {});
      if (kept !== undefined && (await Promise.race([kept.done.then(() => true), next.then(() => false)]))) {
        yield resultsOf(kept);
        kept = undefined;
      }
      const { done, value } = await next;
      if (done === true) break;
      const made: (NewShare | Problem)[] = [];
      for (const line of value) made.push(await makeOne(context, subject, line, signable));
      const before = kept;
      await before?.done;
      kept = keepChunk(context, subject, made);
      if (before !== undefined) yield resultsOf(before);
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    end = `${JSON.stringify(failed(error))}\n`;
  } finally {
    // Not awaited: it waits for a part of the body that is being read, which may never come.
    void chunks.return(undefined);
  }
  await kept?.done;
  const results = `${kept === undefined ? '' : resultsOf(kept)}${end}`;
  if (results !== '') yield results;
  return undefined;
}

function keepChunk(context: Context, subject: Subject, made: readonly (NewShare | Problem)[]): Kept {
  const shares = made.filter((one): one is NewShare => !(one instanceof Problem));
  const at = context.clock.now();
  const done =
    shares.length === 0 ? Promise.resolve() : context.store.createShares(shares, subject.id, { at, actor: subject.id });
  // It is awaited before anything is said of the chunk, or by nobody where the client has gone.
  done.catch(() => {});
  return { made, at, done };
}

function resultOf(context: Context, subject: Subject, one: NewShare | Problem, at: number): string {
  const result = one instanceof Problem ? failed(one) : { ok: true, share: createdView(context, one, subject.id, at) };
  return `${JSON.stringify(result)}\n`;
}

async function makeOne(
  context: Context,
  subject: Subject,
  line: string,
  signable: Set<string>,
): Promise<NewShare | Problem> {
  try {
    const parsed = newShareSchema.safeParse(JSON.parse(line));
    if (parsed.success) return await makeShare(context, subject, parsed.data, signable);
    const [issue] = parsed.error.issues;
    return new Problem('invalid-request', `${issue?.path.join('.')}: ${issue?.message}`);
  } catch (error) {
    if (error instanceof Problem) return error;
    if (error instanceof SyntaxError) return new Problem('invalid-request', 'the line must be JSON');
    throw error;
  }
}

function failed({ code, status, reason, message }: Problem): object {
  return { ok: false, problem: { code, status, reason, detail: message } };
}

/** Whole lines, as many as have arrived, at most a chunk. @throws Problem for a line that is too long */
async function* readChunks(body: ReadableStream<Uint8Array>, most: number): AsyncGenerator<readonly string[]> {
  let rest = '';
  const tooLong = (): Problem => new Problem('body-too-large', `a line must have at most ${most} bytes`);
  const decoder = new TextDecoder();
  for await (const bytes of body) {
    const text = decoder.decode(bytes, { stream: true });
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > most || lines.some((line) => line.length > most)) throw tooLong();
    const whole = lines.filter((line) => line.trim() !== '');
    // In equal parts: a small rest would cost a transaction too.
    const size = Math.ceil(whole.length / Math.ceil(whole.length / CHUNK));
    for (let start = 0; start < whole.length; start += size) yield whole.slice(start, start + size);
  }
  if (rest.trim() !== '') yield [rest];
}
