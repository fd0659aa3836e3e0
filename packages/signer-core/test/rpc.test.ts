import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeRpcForm, rpcSignatureV1, rpcStringToSignV1, signRpcV1 } from '../src/rpc.ts';
import { readVectorFile } from './load-vectors.ts';

interface RpcVector {
  readonly name: string;
  readonly method: string;
  readonly secret: string;
  readonly params: Readonly<Record<string, string>>;
  readonly stringToSign?: string;
  readonly signature: string;
}
const { rpc_v1: vectors } = readVectorFile('sts.json') as { readonly rpc_v1: readonly RpcVector[] };

const options = {
  parameters: { Action: 'AssumeRole', Version: '2015-04-01', RoleArn: 'acs:ram::1:role/r' },
  accessKeyId: 'testid',
  accessKeySecret: 'testsecret',
  date: new Date('2024-05-06T07:08:09.987Z'),
  nonce: 'nonce-1',
};

describe('RPC V1', () => {
  it('has nine vectors', () => {
    expect(vectors.length).toBe(9);
  });

  it.each(vectors.map((vector) => [vector.name, vector] as const))('signs as %s', (_name, vector) => {
    // One source signs with an empty method: the text is what is tested, not the call.
    const stringToSign = rpcStringToSignV1(vector.method as 'GET' | 'POST', vector.params);
    if (vector.stringToSign !== undefined) expect(stringToSign).toBe(vector.stringToSign);
    expect(rpcSignatureV1(vector.secret, stringToSign)).toBe(vector.signature);
  });

  it('sends the form that it signed, with whole seconds and a signature that verifies', () => {
    const form = new URLSearchParams(signRpcV1(options));
    const { Signature, ...signed } = Object.fromEntries(form);
    expect(signed).toEqual({
      ...options.parameters,
      Format: 'JSON',
      AccessKeyId: 'testid',
      SignatureMethod: 'HMAC-SHA1',
      SignatureVersion: '1.0',
      SignatureNonce: 'nonce-1',
      Timestamp: '2024-05-06T07:08:09Z',
    });
    expect(Signature).toBe(rpcSignatureV1('testsecret', rpcStringToSignV1('POST', signed)));
  });

  it("signs the caller's own token as a parameter", () => {
    const form = new URLSearchParams(signRpcV1({ ...options, securityToken: 'CAIS+a/b==' }));
    expect(form.get('SecurityToken')).toBe('CAIS+a/b==');
    expect(form.get('Signature')).not.toBe(new URLSearchParams(signRpcV1(options)).get('Signature'));
  });

  it('ignores a Signature among the parameters and replaces what the signer owns', () => {
    const parameters = { ...options.parameters, Signature: 'forged', AccessKeyId: 'other', Timestamp: 'never' };
    expect(new URLSearchParams(signRpcV1({ ...options, parameters })).getAll('Signature')).toEqual(
      new URLSearchParams(signRpcV1(options)).getAll('Signature'),
    );
  });

  it('refuses a line break in a parameter and names the parameter only', () => {
    const parameters = { ...options.parameters, RoleSessionName: 'a\nSECRET' };
    expect(() => signRpcV1({ ...options, parameters })).toThrowError(
      expect.objectContaining({ code: 'INVALID_TEXT', message: expect.not.stringContaining('SECRET') }),
    );
  });

  it('gives one text whatever the order of parameters, and forms that decode to what went in', () => {
    const parameters = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(parameters, (record) => {
        const reversed = Object.fromEntries(Object.entries(record).reverse());
        expect(rpcStringToSignV1('POST', reversed)).toBe(rpcStringToSignV1('POST', record));
        expect(Object.fromEntries(new URLSearchParams(encodeRpcForm(record)))).toEqual({ ...record });
      }),
    );
  });
});
