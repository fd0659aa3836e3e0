import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { SigningTrace } from '../../src/request/request.ts';
import { AT, FOUR_SIGNERS, GET, OWNER, SESSION, signatureOf, type Signer } from '../four-signers.ts';

const TOKEN = SESSION.securityToken ?? '';
const SPELLINGS = [TOKEN, encodeURIComponent(TOKEN)];

function traceOf(signer: Signer, credentials = SESSION): SigningTrace {
  const traces: SigningTrace[] = [];
  signer.sign(GET, credentials, { ...AT, onTrace: (trace) => traces.push(trace) });
  const [trace] = traces;
  if (trace === undefined || traces.length !== 1) throw new Error(`${traces.length} traces`);
  return trace;
}

describe.each(FOUR_SIGNERS.map((signer) => [signer.name, signer] as const))('the trace of %s', (_name, signer) => {
  it('shows the texts with the token masked, in every spelling', () => {
    const trace = traceOf(signer);
    const shown = [
      trace.canonicalRequest,
      trace.stringToSign,
      JSON.stringify(trace),
      inspect(trace, { showHidden: true, depth: 9 }),
    ];
    expect(shown.join()).toContain('[redacted]');
    for (const text of [...SPELLINGS, SESSION.accessKeySecret]) expect(shown.join()).not.toContain(text);
  });

  it('reveals the texts as signed when asked', () => {
    const revealed = traceOf(signer).reveal();
    const texts = [revealed.canonicalRequest ?? '', revealed.stringToSign].join();
    expect(SPELLINGS.some((spelling) => texts.includes(spelling))).toBe(true);
    expect(texts).not.toContain(SESSION.accessKeySecret);
  });

  it('holds no signature and no secret', () => {
    const signed = signer.sign(GET, SESSION, AT);
    const { reveal, ...shown } = traceOf(signer);
    expect(JSON.stringify([shown, reveal()])).not.toContain(signatureOf(signed));
  });

  it('is the same as the revealed one where there is no token', () => {
    const { version, reveal, ...texts } = traceOf(signer, OWNER);
    expect(version).toBe(signer.version);
    expect(texts).toEqual(reveal());
  });

  it('names what is signed', () => {
    const { canonicalRequest, stringToSign } = traceOf(signer);
    if (signer.version === 'v1') {
      expect(canonicalRequest).toBeUndefined();
      expect(stringToSign).toMatch(/^GET\n\n\n/);
      expect(stringToSign).toContain('/examplebucket/dir/a b.txt');
    } else {
      expect(canonicalRequest).toMatch(/^GET\n\/examplebucket\/dir\/a%20b\.txt\n/);
      expect(stringToSign).toMatch(
        /^OSS4-HMAC-SHA256\n20240506T070809Z\n20240506\/cn-hangzhou\/oss\/aliyun_v4_request\n/,
      );
    }
  });
});
