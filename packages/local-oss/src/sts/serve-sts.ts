import type { IncomingMessage } from 'node:http';
import type { Identity } from '../access/identity.ts';
import type { ServerContext } from '../context.ts';
import { Refusal, notImplemented } from '../http/refusal.ts';
import { parseQuery, type RawRequest, readSmallBody } from '../http/raw-request.ts';
import type { OssResponse } from '../http/oss-response.ts';
import { toXml } from '../http/xml.ts';
import { assumeRoleWithOidc, assumeRole } from './assume-role.ts';
import { type StsCall, stsRefusal } from './sts-call.ts';
import { type NonceLog, verifyAcs3, verifyRpcV1 } from './verify-call.ts';

/** The response of GetCallerIdentity. */
export interface CallerIdentity {
  readonly AccountId: string;
  readonly Arn: string;
  readonly IdentityType: 'RAMUser' | 'AssumedRoleUser';
  readonly PrincipalId: string;
  readonly UserId?: string;
  readonly RoleId?: string;
}

/** Returns the identity of the caller, which needs no permission. */
export function getCallerIdentity(call: StsCall): CallerIdentity {
  const { caller, context } = call;
  if (caller.kind === 'anonymous') throw stsRefusal(403, 'NoPermission', 'You are not authorized to do this action.');
  const common = { AccountId: context.account.id, Arn: caller.arn, PrincipalId: caller.id };
  if (caller.kind === 'user') return { ...common, IdentityType: 'RAMUser', UserId: caller.id };
  return { ...common, IdentityType: 'AssumedRoleUser', RoleId: caller.id.split(':')[0] ?? '' };
}

const MAX_FORM_BYTES = 65_536;
const HOST_ID = 'sts.aliyuncs.com';

type Pairs = readonly (readonly [string, string | null])[];

type Run = (call: StsCall) => object | Promise<object>;

const ACTIONS: ReadonlyMap<string, Run> = new Map<string, Run>([
  ['AssumeRole', assumeRole],
  ['AssumeRoleWithOIDC', assumeRoleWithOidc],
  ['GetCallerIdentity', getCallerIdentity],
]);
const UNSIGNED = new Set(['AssumeRoleWithOIDC']);
// Actions that STS has and this server lacks; any other is unknown to the cloud, too.
const MISSING = new Set(['AssumeRoleWithSAML']);

/** Options of `serveSts`. */
export interface StsOptions {
  readonly context: ServerContext;
  readonly nonces: NonceLog;
  readonly requestId: string;
  /** Whether to refuse this call with `Throttling.User`. */
  readonly throttled: boolean;
  note(lines: { readonly action?: string; readonly code?: string; readonly decision?: readonly string[] }): void;
}

/** Whether a request without a bucket is for STS, which lives on the same port: an RPC call on the root path. */
export function isStsRequest(request: RawRequest): boolean {
  if (request.rawPath !== '/') return false;
  if (request.headers.has('x-acs-action') || request.query.some(([name]) => name === 'Action')) return true;
  const type = request.headers.get('content-type') ?? '';
  return request.method === 'POST' && type.startsWith('application/x-www-form-urlencoded');
}

/** Serves one STS call; refusals take STS's own form. */
export async function serveSts(
  request: RawRequest,
  message: IncomingMessage,
  options: StsOptions,
): Promise<OssResponse> {
  const { context, requestId } = options;
  // ACS3 refusals are JSON, also where the parameters cannot be read.
  let json = request.headers.has('x-acs-action');
  const decision: string[] = [];
  try {
    // An RPC signature says GET or POST, and must not hold for a method that it could not name.
    if (!['GET', 'POST'].includes(request.method)) {
      throw stsRefusal(400, 'UnsupportedHTTPMethod', 'This http method is not supported.');
    }
    const body = request.method === 'POST' ? await readSmallBody(message, MAX_FORM_BYTES) : Buffer.alloc(0);
    const isForm = (request.headers.get('content-type') ?? '').startsWith('application/x-www-form-urlencoded');
    const parameters = collect([...request.query, ...(isForm ? parseQuery(body.toString('latin1')) : [])]);
    const isAcs3 = isAcs3Call(request, parameters);
    json = isAcs3 || parameters.get('Format')?.toUpperCase() === 'JSON';
    // In an RPC call only the parameters are signed.
    const version = (isAcs3 ? request.headers.get('x-acs-version') : undefined) ?? parameters.get('Version');
    if (version !== '2015-04-01') throw stsRefusal(400, 'InvalidVersion', 'Specified parameter Version is not valid.');
    const action = (isAcs3 ? request.headers.get('x-acs-action') : undefined) ?? parameters.get('Action') ?? '';
    options.note({ action: `sts:${action.slice(0, 64)}` });
    if (MISSING.has(action)) throw notImplemented(`the STS action ${action}`);
    const anonymous = { kind: 'anonymous' } as const;
    const caller = UNSIGNED.has(action) ? anonymous : verify({ request, body, parameters, isAcs3 }, options);
    if (options.throttled) {
      throw stsRefusal(400, 'Throttling.User', 'Request was denied due to user flow control.');
    }
    const run = ACTIONS.get(action);
    if (run === undefined) throw stsRefusal(404, 'InvalidAction.NotFound', 'Specified api is not found.');
    const result = await run({
      request,
      parameters,
      caller,
      context,
      note(lines) {
        decision.push(...lines);
        options.note({ decision });
      },
    });
    return answer(200, `${action}Response`, { RequestId: requestId, ...result }, json);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { status, code, message: text } = error.parts;
    options.note({ code, decision: [...decision, text] });
    return answer(status, 'Error', { RequestId: requestId, HostId: HOST_ID, Code: code, Message: text }, json);
  }
}

// Some clients send `x-acs-action` and `x-acs-version` with an RPC signature, too.
function isAcs3Call(request: RawRequest, parameters: ReadonlyMap<string, string>): boolean {
  const authorization = request.headers.get('authorization');
  if (authorization?.startsWith('ACS3-') === true) return true;
  return request.headers.has('x-acs-action') && !parameters.has('Signature');
}

interface SignedCall {
  readonly request: RawRequest;
  readonly body: Buffer;
  readonly parameters: ReadonlyMap<string, string>;
  readonly isAcs3: boolean;
}

function verify({ request, body, parameters, isAcs3 }: SignedCall, { context, nonces }: StsOptions): Identity {
  if (isAcs3) return verifyAcs3(request, body, context, nonces);
  return verifyRpcV1({ method: request.method === 'GET' ? 'GET' : 'POST', parameters }, context, nonces);
}

function collect(pairs: Pairs): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, value] of pairs) {
    if (parameters.has(name)) throw stsRefusal(400, 'InvalidParameter', 'A parameter is given twice.');
    parameters.set(name, value ?? '');
  }
  return parameters;
}

function answer(status: number, root: string, body: object, json: boolean): OssResponse {
  if (json) return { status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  const xml = toXml(root, body as Parameters<typeof toXml>[1]);
  return { status, headers: { 'Content-Type': 'text/xml' }, body: xml };
}
