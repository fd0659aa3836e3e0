import type { FetchedCredentials } from '@ossgrant/signer-core';
import { malformed, type StsAnswer } from './call-sts.ts';

/** Own field of a parsed answer. Nothing is read from a prototype. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** @throws CredentialError `INVALID_CONFIG` when the field is no text, or empty */
export function textField(value: unknown, name: string, action: string): string {
  const text = field(value, name);
  if (typeof text !== 'string' || text === '') throw malformed(action, `has no ${name}`);
  return text;
}

/** Reads the credentials of an answer. @throws CredentialError `INVALID_CONFIG` */
export function readCredentials({ body, serverDate }: StsAnswer, action: string): FetchedCredentials {
  const found = field(body, 'Credentials');
  const expiration = new Date(textField(found, 'Expiration', action));
  if (Number.isNaN(expiration.getTime())) throw malformed(action, 'has no readable Expiration');
  return {
    accessKeyId: textField(found, 'AccessKeyId', action),
    accessKeySecret: textField(found, 'AccessKeySecret', action),
    securityToken: textField(found, 'SecurityToken', action),
    expiration,
    ...(serverDate === undefined ? {} : { serverDate }),
  };
}
