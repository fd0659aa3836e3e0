import { readFlatXml } from '@ossgrant/signer-core/steps';

/** What a server's refusal tells about a signature. */
export interface ServerError {
  readonly code?: string;
  readonly ec?: string;
  /** Echoed by the server; holds the token. */
  readonly stringToSign?: string;
  /** Echoed by the server; holds the token. */
  readonly canonicalRequest?: string;
  readonly requestTime?: string;
  readonly serverTime?: string;
}

/** Reads an error body, or the `x-oss-err` header that HEAD gets instead (base64 of the same). Never throws. */
export function readServerError(text: string): ServerError {
  const xml = text.trimStart().startsWith('<') ? text : decodeBase64(text);
  const elements = readFlatXml(xml);
  const fields = {
    code: elements.get('Code'),
    ec: elements.get('EC'),
    stringToSign: elements.get('StringToSign'),
    canonicalRequest: elements.get('CanonicalRequest'),
    requestTime: elements.get('RequestTime'),
    serverTime: elements.get('ServerTime'),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function decodeBase64(text: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text.trim()), (char) => char.charCodeAt(0)));
  } catch {
    return '';
  }
}
