import { hash } from '#hash';
import { defined, optional, optionsCheck, takes } from '@ossgrant/credentials-core/internal';
import { assertSignable, byteOrder, encodeRfc3986 } from './text/wire-text.ts';

/** Parameters of an RPC call, decoded; those of the query and of the form body together. */
export type RpcParameters = Readonly<Record<string, string>>;

/** Options of `signRpcV1`. */
export interface RpcSignOptions {
  /** The call's own parameters, `Action` and `Version` among them. */
  readonly parameters: RpcParameters;
  /** Key id of the caller, sent as the parameter `AccessKeyId`. */
  readonly accessKeyId: string;
  /** Key secret of the caller. It is not sent. */
  readonly accessKeySecret: string;
  /** Token of the caller's own temporary key. */
  readonly securityToken?: string;
  /** Sent as `Timestamp`, cut to the second. STS refuses one that is more than 15 minutes off. */
  readonly date: Date;
  /** Unique for each call, such as a random UUID: the server refuses a nonce that it has seen before. */
  readonly nonce: string;
}

const checkOptions = optionsCheck<RpcSignOptions>('signRpcV1', {
  parameters: takes.textMap,
  accessKeyId: takes.filledText,
  accessKeySecret: takes.filledText,
  securityToken: optional(takes.filledText),
  date: takes.date,
  nonce: takes.filledText,
});

/**
 * Signs an RPC call as POST with everything in the form body, which keeps key id, token and signature out of access logs.
 *
 * Rules: https://www.alibabacloud.com/help/en/sdk/product-overview/rpc-mechanism
 *
 * @returns the form body
 * @throws TypeError when an option is missing, mistyped or unknown
 * @throws SigningError `INVALID_TEXT` when a parameter has a control character or is not well-formed Unicode
 */
export function signRpcV1(options: RpcSignOptions): string {
  checkOptions(options);
  const parameters: Record<string, string> = {
    ...options.parameters,
    Format: 'JSON',
    AccessKeyId: options.accessKeyId,
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    SignatureNonce: options.nonce,
    // Milliseconds are refused (InvalidTimeStamp.Format).
    Timestamp: `${options.date.toISOString().slice(0, 19)}Z`,
    ...defined({ SecurityToken: options.securityToken }),
  };
  for (const [name, value] of Object.entries(parameters)) assertSignable(value, `RPC parameter "${name}"`);
  const signature = rpcSignatureV1(options.accessKeySecret, rpcStringToSignV1('POST', parameters));
  return encodeRpcForm({ ...parameters, Signature: signature });
}

/**
 * Makes the RPC V1 string to sign: `METHOD&%2F&` and the percent-encoded, sorted parameters, encoded once more. `Signature` itself is
 * left out. The method counts: GET and POST signatures differ.
 */
export function rpcStringToSignV1(method: 'GET' | 'POST', parameters: RpcParameters): string {
  const canonical = Object.entries(parameters)
    .filter(([name]) => name !== 'Signature')
    .sort(([a], [b]) => byteOrder(a, b))
    .map(([name, value]) => `${encodeRfc3986(name)}=${encodeRfc3986(value)}`)
    .join('&');
  return `${method}&%2F&${encodeRfc3986(canonical)}`;
}

/** Makes the RPC V1 signature: base64 of HMAC-SHA1, with the secret and a trailing `&` for a key. */
export function rpcSignatureV1(accessKeySecret: string, stringToSign: string): string {
  return hash.secretKeySha1(`${accessKeySecret}&`).sign(stringToSign);
}

/** Writes `application/x-www-form-urlencoded` with the encoder that the signature uses. */
export function encodeRpcForm(parameters: RpcParameters): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${encodeRfc3986(name)}=${encodeRfc3986(value)}`)
    .join('&');
}
