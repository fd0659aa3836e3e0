import { defined } from '@ossgrant/credentials-core/internal';
import { MAX_ERROR_BODY_BYTES } from '@ossgrant/signer-core';
import { readFlatXml } from '@ossgrant/signer-core/steps';

/** Facts about a signature in a server's refusal. */
export interface ServerError {
  readonly code?: string;
  readonly ec?: string;
  readonly message?: string;
  /** The endpoint that the server wants to be used. */
  readonly endpoint?: string;
  readonly accessKeyId?: string;
  readonly signatureProvided?: string;
  /** Echoed by the server; holds the token. */
  readonly stringToSign?: string;
  /** Echoed by the server; holds the token. */
  readonly canonicalRequest?: string;
  readonly requestTime?: string;
  readonly serverTime?: string;
}

/**
 * Reads an error as people have it: the body, a browser's view of it, the `x-oss-err` header that HEAD gets instead (Base64 of
 * the body), or an SDK's text. Text beyond 64 KiB is not read. Never throws.
 */
export function readServerError(given: string): ServerError {
  const text = given.slice(0, MAX_ERROR_BODY_BYTES);
  const unescaped = text.includes('&lt;Code&gt;') ? unescapeXml(text) : text;
  const fields = firstOf([
    () => readFlatXml(unescaped),
    () => readFlatXml(decodeBase64(text)),
    () => readFields(text),
    () => new Map([['Code', codeIn(text)]]),
  ]);
  return defined({
    code: fields.get('Code'),
    ec: fields.get('EC') ?? /\b000\d-\d{8}\b/.exec(text)?.[0],
    message: fields.get('Message') ?? sentenceIn(text),
    endpoint: fields.get('Endpoint'),
    accessKeyId: fields.get('OSSAccessKeyId'),
    signatureProvided: fields.get('SignatureProvided'),
    // Browsers show line breaks as blanks; the bytes beside it are exact.
    stringToSign: fromBytes(fields.get('StringToSignBytes')) ?? fields.get('StringToSign'),
    canonicalRequest: fields.get('CanonicalRequest'),
    requestTime: fields.get('RequestTime'),
    serverTime: fields.get('ServerTime'),
  });
}

type Fields = ReadonlyMap<string, string | undefined>;

function firstOf(readers: readonly (() => Fields)[]): Fields {
  for (const read of readers) {
    const fields = read();
    if (fields.get('Code') !== undefined) return fields;
  }
  return new Map();
}

// Python's SDK prints a dict, others JSON: `'Code': 'X'`, `"Code":"X"`.
const FIELD = /["']([A-Z][A-Za-z]{1,30})["']\s{0,4}:\s{0,4}(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')/g;

function readFields(text: string): Fields {
  const fields = new Map<string, string>();
  for (const [, name = '', double, single] of text.matchAll(FIELD)) {
    if (!fields.has(name)) fields.set(name, unescapeText(double ?? single ?? ''));
    if (fields.size >= 64) break;
  }
  return fields;
}

function unescapeText(text: string): string {
  const plain: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, hex: string | undefined, char: string) =>
    hex === undefined ? (plain[char] ?? char) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function unescapeXml(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}

const CODES = `SignatureDoesNotMatch InvalidAccessKeyId AccessKeyIdAndSecurityTokenNotMatch SecurityTokenExpired
  InvalidSecurityToken RequestTimeTooSkewed SecondLevelDomainForbidden ApkDownloadForbidden AccessDenied InvalidArgument
  NoSuchBucket NoSuchKey`.split(/\s+/);
const SENTENCES: readonly (readonly [sentence: string, code: string])[] = [
  ['The request signature we calculated does not match', 'SignatureDoesNotMatch'],
  ['Request has expired', 'AccessDenied'],
  ['does not exist in our records', 'InvalidAccessKeyId'],
  ['must be addressed using the specified endpoint', 'AccessDenied'],
  ['can be only accessed using style', 'AccessDenied'],
  ['denied by bucket referer policy', 'AccessDenied'],
  ['requires a valid Date', 'AccessDenied'],
];

// One line of an SDK: `oss: service returned error: StatusCode=403, ErrorCode=AccessDenied, ...`, `SignatureDoesNotMatchError: ...`.
function codeIn(text: string): string | undefined {
  const named = CODES.find((code) => text.includes(code));
  return named ?? SENTENCES.find(([sentence]) => text.includes(sentence))?.[1];
}

function sentenceIn(text: string): string | undefined {
  return SENTENCES.find(([sentence]) => text.includes(sentence))?.[0];
}

function decodeBase64(text: string): string {
  const compact = text.trim();
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return '';
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(compact), (char) => char.charCodeAt(0)));
  } catch {
    return '';
  }
}

function fromBytes(hex: string | undefined): string | undefined {
  const digits = hex?.replace(/\s+/g, '') ?? '';
  if (digits === '' || digits.length % 2 === 1 || !/^[0-9A-Fa-f]+$/.test(digits)) return undefined;
  const bytes = Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return new TextDecoder().decode(bytes);
}

/** How far the server came before it refused: it accepted all earlier parts. */
export type Stage = 'form' | 'time' | 'key' | 'signature' | 'later';

const TIME = new Set(['0002-00000069', '0002-00000235', '0002-00000504']);
const KEY_CODES = new Set([
  'InvalidAccessKeyId',
  'SecurityTokenExpired',
  'InvalidSecurityToken',
  'AccessKeyIdAndSecurityTokenNotMatch',
]);

// OSS looks for the bucket before it looks at the signature.
const BEFORE_ALL = new Set(['NoSuchBucket', 'SecondLevelDomainForbidden', 'InvalidBucketName']);

/** @returns `undefined` without an error that can be read, and where the server did not get to look at the signature */
export function stageOf({ code, ec = '', message = '' }: ServerError): Stage | undefined {
  if (code === undefined || BEFORE_ALL.has(code)) return undefined;
  if (code === 'SignatureDoesNotMatch') return 'signature';
  if (KEY_CODES.has(code)) return 'key';
  if (code === 'RequestTimeTooSkewed' || TIME.has(ec) || /expired/i.test(message)) return 'time';
  if (code === 'InvalidArgument' || (ec.startsWith('0002-') && code === 'AccessDenied')) return 'form';
  return 'later';
}
