import { defined } from '@ossgrant/credentials-core/internal';
import { once } from 'node:events';
import type { ServerResponse, IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { Refusal } from './refusal.ts';
import { toXml, type XmlNode } from './xml.ts';

/** A response before it is written. */
export interface OssResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text, or bytes as they come. */
  readonly body?: string | Readable;
}

/**
 * Writes the head of a response; on an error it destroys the body.
 *
 * @throws Error for a header that HTTP cannot carry
 */
export function writeHead(response: ServerResponse, ossResponse: OssResponse): void {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(ossResponse.headers ?? {})) headers[name] = wireText(value);
  if (typeof ossResponse.body === 'string') headers['Content-Length'] = String(Buffer.byteLength(ossResponse.body));
  // OSS sends a length with a 204, too, although HTTP has none there.
  const isEmpty = ossResponse.body === undefined && ossResponse.status !== 304;
  if (isEmpty && headers['Transfer-Encoding'] === undefined) headers['Content-Length'] ??= '0';
  try {
    response.writeHead(ossResponse.status, headers);
  } catch (error) {
    if (ossResponse.body instanceof Readable) ossResponse.body.destroy();
    throw error;
  }
}

/**
 * Writes the body of a response; resolves when the connection has taken it. Not `pipeline`, which never settles for a
 * response that waits behind another one of a connection that ends.
 *
 * @throws Error when the body fails, or the client is gone
 */
export async function writeBody(
  response: ServerResponse,
  body: string | Readable | undefined,
  clientGone: AbortSignal,
): Promise<void> {
  if (!(body instanceof Readable)) {
    if (!response.destroyed) response.end(body);
    return;
  }
  // Leaving the loop ends the body.
  for await (const chunk of body) {
    if (clientGone.aborted || response.destroyed) throw new Error('the client is gone');
    if (!response.write(chunk)) await once(response, 'drain', { signal: clientGone });
  }
  response.end();
}

// Header text goes out as UTF-8 bytes, which Node takes as Latin-1 characters; controls cannot go out at all.
function wireText(value: string): string {
  return Buffer.from(value.replace(/[^\P{Cc}\t]/gu, ' ')).toString('latin1');
}

/** The request that is refused. */
export interface RefusalContext {
  readonly method: string;
  readonly requestId: string;
  readonly hostId: string;
}

// Clients refuse answers with more header text than 16 KiB.
const MAX_HEADER_BYTES = 6144;

/** OSS's error body; HEAD has none, so the same XML goes into the `x-oss-err` header, without details that do not fit. */
export function refusalResponse(failure: Refusal, context: RefusalContext): OssResponse {
  const { status, code, message, ec, details, headers } = failure.parts;
  const head = { Code: code, Message: message, RequestId: context.requestId, HostId: context.hostId };
  const RecommendDoc = ec && `https://api.aliyun.com/troubleshoot?q=${ec}`;
  const xml = toXml('Error', { ...head, ...details, EC: ec, RecommendDoc });
  const common = { ...headers, ...defined({ 'x-oss-ec': ec }) };
  if (context.method !== 'HEAD')
    return { status, headers: { ...common, 'Content-Type': 'application/xml' }, body: xml };
  const fitting = Buffer.byteLength(xml) > MAX_HEADER_BYTES ? toXml('Error', shortened({ ...head, EC: ec })) : xml;
  return { status, headers: { ...common, 'x-oss-err': Buffer.from(fitting).toString('base64') } };
}

function shortened(node: Readonly<Record<string, string | undefined>>): XmlNode {
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, value?.slice(0, 512)]));
}

/** Sends 100 Continue to a client that waits for it, once its body is wanted. */
export function inviteBody(message: IncomingMessage, response: ServerResponse): void {
  if (message.headers.expect?.toLowerCase() === '100-continue') response.writeContinue();
}

/** A stream of a transformed source. The source is destroyed with it, even when nothing was ever read. */
export function derive(
  source: Readable,
  transform: (source: AsyncIterable<Buffer>) => AsyncIterable<Buffer>,
): Readable {
  const derived = Readable.from(transform(source as AsyncIterable<Buffer>), { objectMode: false });
  // A generator that was never started has no `finally` to run.
  return derived.once('close', () => source.destroy());
}
