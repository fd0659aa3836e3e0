import type { CredentialSource } from '@ossgrant/credentials-core';
import { credentialSourceContract } from '@ossgrant/credentials-core/testing';
import { describe, expect, it } from 'vitest';
import { assumeRole, assumeRoleWithOidc } from '../src/assume-role.ts';
import { fakeSts, granted, refusal, session, type StsReply } from './sts-fixture.ts';

const secrets = [session.caller.accessKeySecret, 'granted-secret', 'granted-token', 'token-of-the-pod'];

const key = { AccessKeySecret: 'granted-secret', SecurityToken: 'granted-token', Expiration: '2999-01-01T00:00:00Z' };
const healthy = { body: { Credentials: { ...(granted() as { readonly Credentials: object }).Credentials, ...key } } };
const hanging: typeof fetch = (_, init) =>
  new Promise((_resolve, reject) => {
    const abort = (): void => reject(init?.signal?.reason as Error);
    if (init?.signal?.aborted === true) abort();
    init?.signal?.addEventListener('abort', abort);
  });

type Make = (client: { readonly fetch: typeof fetch; readonly sleep: () => Promise<void> }) => CredentialSource;
const sleep = async (): Promise<void> => {};
const conditions = (make: Make) => {
  const responding = (reply: StsReply | Error) => () => make({ fetch: fakeSts(reply).fetch, sleep });
  return {
    healthy: responding(healthy),
    denied: responding(refusal('NoPermission', 403)),
    throttled: responding(refusal('Throttling.User')),
    unreachable: responding(Object.assign(new TypeError('fetch failed'), { request: 'granted-secret' })),
    hanging: () => make({ fetch: hanging, sleep }),
  };
};
const { caller: _, ...role } = session;
const oidc = { ...role, oidcProviderArn: 'acs:ram::1:oidc-provider/ack', token: 'token-of-the-pod' };

describe.each([
  ['assumeRole', conditions((client) => assumeRole({ ...session, ...client }))],
  ['assumeRoleWithOidc', conditions((client) => assumeRoleWithOidc({ ...oidc, ...client }))],
])('%s keeps the contract of a source', (__, makers) => {
  for (const { name, skip, run } of credentialSourceContract({ ...makers, secrets })) {
    it.skipIf(skip !== undefined)(`it ${name}`, () => expect(run()).resolves.toBeUndefined());
  }
});
