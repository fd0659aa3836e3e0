import { describe, expect, it } from 'vitest';
import { signatureV1 } from '../../src/steps/v1.ts';
import { signatureV4, signingKeyV4 } from '../../src/steps/v4.ts';
import { encodePolicy } from '../../src/text/encoding.ts';
import { readVectorFile } from '../load-vectors.ts';

interface PolicyVector {
  readonly name: string;
  readonly scheme: string;
  readonly input: {
    readonly sk: string;
    readonly policy: object;
    readonly region?: string;
    readonly product?: string;
    readonly date?: string;
  };
  readonly expected: { readonly policyBase64: string; readonly signature: string };
}

const all = readVectorFile('ali-oss-oracle.json') as readonly PolicyVector[];
const policies = (scheme: string): readonly PolicyVector[] => all.filter((vector) => vector.scheme === scheme);

describe('a form policy', () => {
  it('has vectors of both versions', () => {
    expect([policies('post-v1').length, policies('post-v4').length]).toEqual([3, 3]);
  });

  it.each(policies('post-v1'))('is encoded and signed with V1: $name', ({ input, expected }) => {
    const policy = encodePolicy(input.policy);
    expect(policy).toBe(expected.policyBase64);
    expect(signatureV1(input.sk, policy)).toBe(expected.signature);
  });

  it.each(policies('post-v4'))('is encoded and signed with V4: $name', ({ input, expected }) => {
    const { date = '', region = '', product = '' } = input;
    const policy = encodePolicy(input.policy);
    expect(policy).toBe(expected.policyBase64);
    const key = signingKeyV4(input.sk, { day: date.slice(0, 8), region, product });
    expect(signatureV4(key, policy)).toBe(expected.signature);
  });
});
