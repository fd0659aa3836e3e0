/** The texts a signature was made of, for a person who compares them with the server's. */
export interface SigningTexts {
  /** V4 only. */
  readonly canonicalRequest?: string;
  readonly stringToSign: string;
}

/** The same with tokens masked. */
export interface SigningTrace extends SigningTexts {
  readonly version: 'v4' | 'v1';
  /** The texts exactly as signed, tokens included: keep them out of logs. */
  reveal(): SigningTexts;
}

/** Masks the token, plain and percent-encoded, in the texts of one signature. */
export function createTrace(version: 'v4' | 'v1', texts: SigningTexts, tokens: readonly string[]): SigningTrace {
  const mask = (text: string): string => tokens.reduce((masked, token) => masked.replaceAll(token, '[redacted]'), text);
  return {
    version,
    ...(texts.canonicalRequest === undefined ? {} : { canonicalRequest: mask(texts.canonicalRequest) }),
    stringToSign: mask(texts.stringToSign),
    reveal: () => texts,
  };
}
