import { decodeOnce, objectOf } from '../../inspect/read-link.ts';
import { hasOpenDotSegment, isCutOff, isDoubleEncoded } from '../../inspect/link-warnings.ts';
import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';
import { signatureOf } from '../recompute.ts';

/** The link lost its end. */
export function cutOff({ claim, link, input, request }: Facts): Cause | undefined {
  // A signature that was encoded twice is longer.
  if (!isCutOff(claim) || isDoubleEncoded(link)) return undefined;
  const { signature = '' } = claim;
  const secret = input.credentials?.accessKeySecret;
  const whole = secret === undefined ? undefined : signatureOf(secret, request, claim);
  const isProved = signature.length >= 8 && whole?.startsWith(signature) === true;
  return {
    code: 'CUT_OFF',
    certainty: isProved ? 'proved' : 'likely',
    message: 'the signature is missing or too short: the link was cut off',
    fix: 'copy the whole link; quote it in a shell, where "&" ends a command',
  };
}

/** The key, or the values of parameters, were percent-encoded again. */
export function doubleEncoded({ link, request, claim, judge }: Facts): Cause | undefined {
  if (!isDoubleEncoded(link)) return undefined;
  const key = request.key === undefined ? undefined : decodeOnce(request.key);
  const query = request.query.map(([name, value]) => [name, value === null ? null : decodeOnce(value)] as const);
  const signature = decodeOnce(claim.signature ?? '');
  const certainty = judge({ key }) ?? judge({ key, query }, { ...claim, signature });
  if (certainty === undefined) return undefined;
  return {
    code: 'DOUBLE_ENCODED',
    certainty,
    message: 'the link was percent-encoded a second time: it has "%25" instead of "%"',
    fix: 'use the link as it was signed; pass the signer the plain key, not an encoded one',
  };
}

/** A `%2F` that protected a dot segment was decoded. */
export function slashDecoded({ link }: Facts): Cause | undefined {
  if (!hasOpenDotSegment(link)) return undefined;
  return {
    code: 'SLASH_DECODED',
    certainty: 'likely',
    message:
      'the path has a "." or ".." segment between plain slashes: HTTP clients remove it and request another object',
    fix: 'keep the link as it was signed, with "%2F" around the segment',
  };
}

/** A `%2B` was decoded: OSS reads a plain `+` as a space. */
export function plusForSpace({ input, link, request, claim, judge }: Facts): Cause | undefined {
  const inQuery = link.parameters.some(({ rawValue }) => rawValue.includes('+'));
  if (!link.rawPath.includes('+') && !inQuery) return undefined;
  const path = decodeOnce(link.rawPath).replace(/^\//, '');
  const key = objectOf({ ...link, path }, input.bucket).key;
  const raw = new Map(link.parameters.map(({ name, rawValue }) => [name, decodeOnce(rawValue)]));
  const query = request.query.map(([name, value]) => [name, value === null ? null : (raw.get(name) ?? value)] as const);
  const signature = claim.signature?.replaceAll(' ', '+') ?? '';
  const kept = { ...claim, signature };
  const certainty = judge({ key }) ?? judge({ query }, kept) ?? judge({ key, query }, kept);
  if (certainty === undefined) return undefined;
  return {
    code: 'PLUS_FOR_SPACE',
    certainty,
    message: 'the link contains a plain "+", which OSS reads as a space: the signature was made for a plus',
    fix: 'write a plus as "%2B", or use the link as it was signed',
  };
}

/** The key was normalised to another Unicode form on its way. */
export function unicodeForm({ request, judge }: Facts): Cause | undefined {
  for (const form of ['NFC', 'NFD'] as const) {
    const key = request.key?.normalize(form);
    const certainty = key === undefined || key === request.key ? undefined : judge({ key });
    if (certainty === undefined) continue;
    return {
      code: 'UNICODE_FORM',
      // A key in either form is as good: without the secret it only may have been normalised.
      certainty: certainty === 'likely' ? 'possible' : certainty,
      message: `the key was signed in Unicode form ${form} but sent in another: OSS takes them for two objects`,
      fix: 'keep the key byte for byte; macOS and some browsers and databases normalise names',
    };
  }
  return undefined;
}
