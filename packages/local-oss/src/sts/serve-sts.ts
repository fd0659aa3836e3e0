import type { IncomingMessage } from 'node:http';
import { Failure } from '../failure.ts';
import { parseQuery, type RawRequest } from '../http/raw-request.ts';
import { readSmallBody } from '../http/read-body.ts';
import type { Reply } from '../http/reply.ts';
import { toXml } from '../http/xml.ts';
import type { ServerContext } from '../server-context.ts';
import { assumeRole } from './assume-role.ts';
import { stsFailure } from './sts-failure.ts';
import { verifyRpcV1, type NonceLog } from './verify-rpc-v1.ts';

const MAX_FORM_BYTES = 65_536;
const HOST_ID = 'sts.aliyuncs.com';

/** Whether a request is for STS, which lives on the same port: an RPC call on the root path. */
export function isStsRequest(request: RawRequest): boolean {
  if (request.rawPath !== '/') return false;
  if (request.query.some(([name]) => name === 'Action')) return true;
  const type = request.headers.get('content-type') ?? '';
  return request.method === 'POST' && type.startsWith('application/x-www-form-urlencoded');
}

/** Answers one STS call. Refusals are answered too, in STS's own form. */
export async function serveSts(
  request: RawRequest,
  message: IncomingMessage,
  options: { readonly context: ServerContext; readonly nonces: NonceLog; readonly requestId: string },
): Promise<Reply> {
  const { context, nonces, requestId } = options;
  const parameters = new Map<string, string>();
  try {
    const form = await readForm(request, message);
    for (const [name, value] of [...request.query, ...form]) {
      if (parameters.has(name)) throw stsFailure(400, 'InvalidParameter', `The parameter ${name} is given twice.`);
      parameters.set(name, value ?? '');
    }
    if (parameters.get('Version') !== '2015-04-01') {
      throw stsFailure(400, 'InvalidVersion', 'Specified parameter Version is not valid.');
    }
    const method = request.method === 'GET' ? 'GET' : 'POST';
    const caller = verifyRpcV1({ method, parameters }, context, nonces);
    const action = parameters.get('Action') ?? '';
    if (action !== 'AssumeRole') throw stsFailure(404, 'InvalidAction.NotFound', `Action ${action} is not known here.`);
    return answer(200, { RequestId: requestId, ...assumeRole(parameters, caller, context) }, parameters, action);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { status, code, message: text } = error.parts;
    return answer(status, { RequestId: requestId, HostId: HOST_ID, Code: code, Message: text }, parameters);
  }
}

async function readForm(
  request: RawRequest,
  message: IncomingMessage,
): Promise<readonly (readonly [string, string | null])[]> {
  if (request.method !== 'POST') return [];
  return parseQuery((await readSmallBody(message, MAX_FORM_BYTES)).toString('latin1'));
}

// JSON when asked for; XML otherwise, as STS does.
function answer(
  status: number,
  body: Readonly<Record<string, unknown>>,
  parameters: ReadonlyMap<string, string>,
  action?: string,
): Reply {
  if (parameters.get('Format')?.toUpperCase() === 'JSON') {
    return { status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  }
  const root = action === undefined ? 'Error' : `${action}Response`;
  return {
    status,
    headers: { 'Content-Type': 'text/xml' },
    body: toXml(root, body as Parameters<typeof toXml>[1]),
  };
}
