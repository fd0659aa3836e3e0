import { describe, expect, it } from 'vitest';
import { findGrantedKey } from '../src/granted-key.ts';
import { readKey } from '../src/key-response.ts';
import { KEY } from './key-server.ts';

const SUBJECT = 'application-server: the response';
const read = (body: unknown) =>
  readKey(findGrantedKey(JSON.parse(JSON.stringify(body)), SUBJECT), { subject: SUBJECT, accept: 'temporary' });
const failure = (body: unknown): Error => {
  try {
    read(body);
  } catch (error) {
    return error as Error;
  }
  throw new Error('was read');
};

const camel = {
  accessKeyId: KEY.AccessKeyId,
  accessKeySecret: KEY.AccessKeySecret,
  securityToken: KEY.SecurityToken,
  expiration: KEY.Expiration,
};
const { securityToken, ...withoutToken } = camel;

describe('the response of an application server', () => {
  it.each<[string, object]>([
    ['of the mobile samples', { StatusCode: 200, ...KEY }],
    ['of STS AssumeRole', { RequestId: 'R', AssumedRoleUser: { Arn: 'a' }, Credentials: KEY }],
    ['of an SDK', { statusCode: 200, headers: {}, body: { requestId: 'R', credentials: camel } }],
    ['in an envelope', { code: 0, msg: 'ok', data: KEY }],
    ['in an envelope around that of STS', { code: 200, success: true, result: { Credentials: KEY } }],
    ['in an envelope that says so in words', { code: 'OK', data: camel }],
    ['in camel case', camel],
    [
      'in snake case',
      {
        access_key_id: 'STS.id',
        access_key_secret: 'secret-value',
        security_token: 'token-value',
        expiration: KEY.Expiration,
      },
    ],
    ['with the token of ali-oss', { ...withoutToken, stsToken: securityToken }],
    ['with the token of other clouds', { ...withoutToken, sessionToken: securityToken }],
    ['with a Unix time in milliseconds', { ...camel, expiration: Date.parse(KEY.Expiration) }],
    ['with a Unix time in seconds', { ...camel, expiration: Date.parse(KEY.Expiration) / 1000 }],
  ])('is read %s', (_, body) => {
    expect(read(body)).toEqual({
      accessKeyId: 'STS.id',
      accessKeySecret: 'secret-value',
      securityToken: 'token-value',
      expiration: new Date(KEY.Expiration),
    });
  });

  it.each<[string, unknown, string]>([
    ['a lasting key', { data: { ...KEY, SecurityToken: '' } }, 'has no SecurityToken'],
    ['a key without an end', { Credentials: { ...KEY, Expiration: undefined } }, 'has no Expiration'],
    ['an end that cannot be', { ...camel, expiration: 1e300 }, 'has an Expiration that is not'],
    ['half a key', { data: { accessKeyId: 'STS.id' } }, 'has no'],
    [
      'another object',
      { url: 'secret-value', 'secret-value in words': 1 },
      'it is an object with url; expected AccessKeyId',
    ],
    ['a list', [KEY], 'it is an array'],
    ['text', 'secret-value', 'it is a string'],
    ['null', null, 'it is null'],
    ['a key too deep', { data: { data: { data: { data: KEY } } } }, 'it is an object with data'],
    ['a key of a prototype', { ['__proto__']: KEY }, 'has no key'],
  ])('is refused for %s, and says what was found', (_, body, message) => {
    expect(failure(body)).toMatchObject({ name: 'CredentialError', code: 'INVALID_CONFIG' });
    expect(failure(body).message).toContain(message);
    expect(failure(body).message).not.toContain('secret-value');
  });

  it.each<[object, string, object]>([
    [{ code: 403, msg: 'no' }, 'DENIED', { serviceCode: '403', status: 403 }],
    [{ code: 503, data: null }, 'UNAVAILABLE', { retryable: true }],
    [{ code: 10_086, message: 'login first' }, 'DENIED', { serviceCode: '10086' }],
    [{ Code: 'NoPermission', Message: 'm' }, 'DENIED', { serviceCode: 'NoPermission' }],
    [{ StatusCode: '500', ErrorCode: 'InternalError', ...KEY }, 'UNAVAILABLE', { serviceCode: 'InternalError' }],
  ])('is a refusal when it says so: %j', (body, code, facts) => {
    expect(failure(body)).toMatchObject({ name: 'CredentialError', code, ...facts });
  });
});
