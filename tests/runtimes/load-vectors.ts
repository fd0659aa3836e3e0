import { loadVectors as loadScheme } from '../../packages/signer-core/test/load-vectors.ts';

const SCHEMES = ['v1-header', 'v1-url', 'v4-header', 'v4-url'];

/** The vectors of the four schemes that can be reproduced, with the signature that each shall have. */
export function loadVectors(): readonly object[] {
  return SCHEMES.flatMap((scheme) =>
    loadScheme(scheme).map(({ id, input, expected }) => ({
      id,
      scheme,
      input,
      signature: expected.signature ?? /(?:Signature=|^OSS [^:]*:)(.+)$/.exec(expected.authorization ?? '')?.[1] ?? '',
    })),
  );
}
