import { loadVectors as loadScheme, type VectorExpectation } from '../../packages/signer-core/test/load-vectors.ts';

/** The vectors of the four schemes that can be reproduced, with the signature that each shall have. */
export function loadVectors(): readonly object[] {
  return ['v1-header', 'v1-url', 'v4-header', 'v4-url'].flatMap((scheme) =>
    loadScheme(scheme).map(({ id, input, expected }) => ({ id, scheme, input, signature: signatureIn(expected) })),
  );
}

function signatureIn({ signature, authorization }: VectorExpectation): string {
  if (signature !== undefined) return signature;
  return /(?:Signature=|^OSS [^:]*:)(.+)$/.exec(authorization ?? '')?.[1] ?? '';
}
