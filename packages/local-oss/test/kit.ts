import { Agent, request as httpRequest, type ClientRequest, type IncomingHttpHeaders } from 'node:http';
import type { Credentials } from '@ossgrant/credentials-core';
import {
  resolveEndpoint,
  signHeadersV1,
  signHeadersV4,
  signUrlV1,
  signUrlV4,
  type OssRequest,
  type SignedRequest,
} from '@ossgrant/signer-core';
import { rpcSignatureV1, rpcStringToSignV1, encodeRpcForm } from '@ossgrant/signer-core/rpc';
import type { LocalOss } from '../src/local-oss.ts';

/** An answer, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
  /** Code, EC and message of a refusal, from the body or, for HEAD, from `x-oss-err`. */
  readonly code: string | undefined;
  readonly ec: string | undefined;
}

/** What goes on the wire, exactly. */
export interface Wire {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** For tests of thousands of requests, a quarter of whose time went into connections. */
export const KEPT = new Agent({ keepAlive: true });

/** Sends a request as it stands, on a connection of its own: nothing is added, nothing is normalised. */
export function send(
  oss: LocalOss,
  wire: Wire,
  body?: Uint8Array | string,
  agent: Agent | false = false,
): Promise<Answer> {
  const { hostname, port } = placeOf(oss);
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      { hostname, port, method: wire.method, path: wire.path, headers: { ...wire.headers }, agent },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => resolve(toAnswer(response.statusCode ?? 0, response.headers, Buffer.concat(chunks))));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

// The brackets of an IPv6 address belong to the URL.
function placeOf(oss: LocalOss): { readonly hostname: string; readonly port: string } {
  const { hostname, port } = new URL(oss.endpoint);
  return { hostname: hostname.replace(/^\[(.*)\]$/, '$1'), port };
}

function toAnswer(status: number, headers: IncomingHttpHeaders, body: Buffer): Answer {
  const text = body.toString();
  const hidden = headers['x-oss-err'];
  const xml = typeof hidden === 'string' ? Buffer.from(hidden, 'base64').toString() : text;
  const code = /<Code>([^<]*)<\/Code>/.exec(xml)?.[1] ?? /"Code":"([^"]*)"/.exec(xml)?.[1];
  return { status, headers, body, text, code, ec: /<EC>([^<]*)<\/EC>/.exec(xml)?.[1] };
}

/** Where and how a request is signed. */
export type Scheme = 'v1-header' | 'v1-url' | 'v4-header' | 'v4-url';

export const SCHEMES: readonly Scheme[] = ['v1-header', 'v1-url', 'v4-header', 'v4-url'];

/** The parts of a request that a test gives; the rest is filled in. */
export interface Ask extends Partial<Omit<OssRequest, 'endpoint'>> {
  readonly scheme?: Scheme;
  readonly credentials?: Credentials;
  readonly expiresInSeconds?: number;
  readonly date?: Date;
}

/** Signs a request to the server, by default V4 in the URL, as the owner. */
export function sign(oss: LocalOss, ask: Ask): SignedRequest {
  const { scheme = 'v4-url', credentials = oss.owner, expiresInSeconds = 60, date = oss.clock.now(), ...rest } = ask;
  const endpoint = resolveEndpoint({ endpoint: oss.endpoint, region: oss.region });
  const request: OssRequest = { method: 'GET', endpoint, ...rest };
  const signers = { 'v1-header': signHeadersV1, 'v1-url': signUrlV1, 'v4-header': signHeadersV4, 'v4-url': signUrlV4 };
  return signers[scheme](request, credentials, { date, expiresInSeconds });
}

/** Signs and sends. */
export function call(oss: LocalOss, ask: Ask, body?: Uint8Array | string): Promise<Answer> {
  return send(oss, sign(oss, ask), body);
}

/** For `vi.waitFor`: at once when it can be, and not too soon on a busy machine. */
export const PATIENT = { interval: 1, timeout: 4000 } as const;

/** Begins an upload of so many bytes and sends one; the rest, or the end of the connection, is the test's. */
export function beginUpload(oss: LocalOss, ask: Ask, length: number): ClientRequest {
  const { method, path, headers } = sign(oss, { method: 'PUT', scheme: 'v4-header', ...ask });
  const { hostname, port } = placeOf(oss);
  const all = { ...headers, 'content-length': String(length) };
  const outgoing = httpRequest({ hostname, port, method, path, headers: all, agent: false });
  outgoing.on('error', () => undefined);
  outgoing.write('x');
  return outgoing;
}

/** An STS call, signed with RPC V1 as POST. */
export async function stsCall(
  oss: LocalOss,
  parameters: Readonly<Record<string, string>>,
  credentials: Credentials = oss.owner,
  extraHeaders: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const all: Record<string, string> = {
    Version: '2015-04-01',
    Format: 'JSON',
    AccessKeyId: credentials.accessKeyId,
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    SignatureNonce: String(Math.random()),
    Timestamp: `${oss.clock.now().toISOString().slice(0, 19)}Z`,
    ...(credentials.securityToken === undefined ? {} : { SecurityToken: credentials.securityToken }),
    ...parameters,
  };
  const signature = rpcSignatureV1(credentials.accessKeySecret, rpcStringToSignV1('POST', all));
  const body = encodeRpcForm({ ...all, Signature: parameters['Signature'] ?? signature });
  const headers = { ...extraHeaders, 'content-type': 'application/x-www-form-urlencoded' };
  return send(oss, { method: 'POST', path: '/', headers }, body);
}

/** Temporary credentials for the server's role, or another. */
export async function assume(
  oss: LocalOss,
  options: { readonly policy?: object; readonly roleArn?: string; readonly caller?: Credentials } = {},
): Promise<Credentials> {
  const answer = await stsCall(
    oss,
    {
      Action: 'AssumeRole',
      RoleArn: options.roleArn ?? oss.roleArn,
      RoleSessionName: 'test',
      ...(options.policy === undefined ? {} : { Policy: JSON.stringify(options.policy) }),
    },
    options.caller,
  );
  if (answer.status !== 200) throw new Error(`AssumeRole: ${answer.text}`);
  const { Credentials: given } = JSON.parse(answer.text) as { Credentials: Record<string, string> };
  return {
    accessKeyId: given['AccessKeyId'] ?? '',
    accessKeySecret: given['AccessKeySecret'] ?? '',
    securityToken: given['SecurityToken'] ?? '',
    expiration: new Date(given['Expiration'] ?? ''),
  };
}

/** A policy with one statement. */
export function policy(statement: object): { readonly Version: '1'; readonly Statement: readonly object[] } {
  return { Version: '1', Statement: [statement] };
}
