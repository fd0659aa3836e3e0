/** Writes a form's policy as it is sent and signed: base64 of its JSON in UTF-8. */
export function encodePolicy(policy: object): string {
  let bytes = '';
  for (const byte of new TextEncoder().encode(JSON.stringify(policy))) bytes += String.fromCharCode(byte);
  return btoa(bytes);
}
