const SAFE = /^[A-Za-z0-9\-._~]*$/;
const SAFE_PATH = /^[A-Za-z0-9\-._~/]*$/;

/** Percent-encodes as RFC 3986: UTF-8 bytes, upper-case hex; only `A-Z a-z 0-9 - . _ ~` stay. */
export function encodeRfc3986(text: string): string {
  return SAFE.test(text) ? text : encodeReserved(encodeURIComponent(text));
}

/** As `encodeRfc3986`, but `/` stays. */
export function encodePath(text: string): string {
  return SAFE_PATH.test(text) ? text : encodeReserved(encodeURIComponent(text).replaceAll('%2F', '/'));
}

/** As `encodeRfc3986`, for base64, which has none of the characters that `encodeURIComponent` leaves. */
export function encodeBase64(text: string): string {
  return encodeURIComponent(text);
}

// encodeURIComponent leaves these five, which RFC 3986 reserves.
function encodeReserved(text: string): string {
  if (!/[!'()*]/.test(text)) return text;
  return text.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
