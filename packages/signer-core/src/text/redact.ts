/** Longest text that is searched for secrets, in UTF-16 units; the rest is dropped. */
const MAX_REDACTED_LENGTH = 65_536;

const REDACTED = '[redacted]';

// Short words must stand alone: "sign" is a secret's name, "design" is not.
const NAME =
  '(?:signature|security-?token|session-?token|access-?token|auth_key|access-?key-?secret|secret-?access-?key|password|secret|(?<![a-z0-9])(?:token|sign|sig|stoken))';
const SECRET_NAME = new RegExp(`${NAME}$`, 'i');
// Behind "=" any value; behind ":" only one that could be a secret, since prose has colons too.
const ASSIGNED = new RegExp(`(${NAME}["']?\\s?=\\s?["']?)[^&\\s"'<>]+`, 'gi');
const DECLARED = new RegExp(`(${NAME}["']?\\s?:\\s?["']?)[^&\\s"'<>,;]{16,}`, 'gi');
const AUTHORIZATION = /(authorization["']?\s?[:=]\s?["']?)[^\r\n"'<>]+/gi;
// STS tokens of Alibaba Cloud begin so: in Base64, what follows is of one kind for all of them.
const TOKEN = /CAIS[\w+/=%-]{20,}/g;

/**
 * Whether a parameter, header or field of this name holds a signature, a token or a secret, in whatever case, and with whatever
 * an escape left before it, such as `amp;`.
 */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name.length > 256 ? name.slice(-256) : name);
}

/**
 * Replaces signatures, security tokens and secrets in a text: a link, a part of one, or a message that quotes one.
 *
 * Finds them under escapes too: percent-encoding of any depth, entities of HTML, escapes of JSON, quoted-printable. A text in
 * which something was found comes back with those escapes undone; any other comes back as it is. Text beyond 65,536 characters
 * is dropped.
 *
 * @example
 * redactText('https://b.oss-cn-hangzhou.aliyuncs.com/k?x-oss-expires=60&x-oss-signature=0a1b');
 * // 'https://b.oss-cn-hangzhou.aliyuncs.com/k?x-oss-expires=60&x-oss-signature=[redacted]'
 */
export function redactText(text: string): string {
  const given = text.slice(0, MAX_REDACTED_LENGTH);
  let plain = given;
  let found = false;
  // Each layer of escapes may hide a further secret. No real link has more than a few.
  for (let layer = 0; layer < 8; layer += 1) {
    const masked = mask(plain);
    found ||= masked !== plain;
    plain = unescapeOnce(masked);
    if (plain === masked) break;
  }
  return found ? plain : given;
}

function mask(text: string): string {
  return text
    .replace(AUTHORIZATION, `$1${REDACTED}`)
    .replace(ASSIGNED, `$1${REDACTED}`)
    .replace(DECLARED, `$1${REDACTED}`)
    .replace(TOKEN, REDACTED);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", equals: '=' };
const ESCAPE =
  /(?:%[0-9a-f]{2})+|\\u([0-9a-f]{4})|\\\/|&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos|equals));|=\r?\n|=(3d|26|3f|25)/gi;

/** Undoes one layer of the escapes in which links are found. Text that cannot be decoded stays as it is. */
function unescapeOnce(text: string): string {
  return text.replace(ESCAPE, (whole: string, ...groups: (string | undefined)[]) => {
    const [json, decimal, hex, entity, quoted] = groups;
    if (whole.startsWith('%')) return decodePercent(whole);
    if (whole === '\\/') return '/';
    if (entity !== undefined) return ENTITIES[entity.toLowerCase()] ?? whole;
    if (decimal !== undefined) return charOf(Number(decimal)) ?? whole;
    const digits = json ?? hex ?? quoted;
    // A soft line break of quoted-printable.
    return digits === undefined ? '' : (charOf(Number.parseInt(digits, 16)) ?? whole);
  });
}

function decodePercent(escapes: string): string {
  try {
    return decodeURIComponent(escapes);
  } catch {
    // Not UTF-8: the ASCII in it may still be what separates a name from its value.
    return escapes.replace(/%[0-7][0-9a-f]/gi, (escape) => String.fromCharCode(Number.parseInt(escape.slice(1), 16)));
  }
}

function charOf(code: number): string | undefined {
  return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : undefined;
}
