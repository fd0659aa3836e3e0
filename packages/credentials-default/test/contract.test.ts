import { credentialSourceContract } from '@ossgrant/credentials-core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startPlaces, type Places } from './places.ts';

let places: Places;
beforeEach(async () => {
  places = await startPlaces();
});
afterEach(() => places.close());

describe('defaultChain keeps the contract of a source', () => {
  const contract = credentialSourceContract({
    healthy: () => places.start({ ALIBABA_CLOUD_CREDENTIALS_URI: `${places.url}/uri` }),
    unconfigured: () => places.start({ ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true' }),
    unreachable: () => places.start({ ALIBABA_CLOUD_CREDENTIALS_URI: 'http://127.0.0.1:1/?key=in-the-url' }),
    secrets: ['remote-secret', 'in-the-url'],
  });
  for (const { name, skip, run } of contract)
    it.skipIf(skip !== undefined)(`it ${name}`, () => expect(run()).resolves.toBeUndefined());
});
