import { expect } from 'vitest';
import { ossTest } from '../../src/vitest.ts';
import { call } from '../kit.ts';

ossTest.for([
  ['PUT', 'retention'],
  ['POST', 'sealAppendable'],
  ['DELETE', 'legalHold'],
] as const)('says 501 to %s of an object with %s, and leaves the object alone', async ([method, name], { oss }) => {
  await oss.put('my-bucket', 'a', 'kept');
  for (const scheme of ['v1-header', 'v4-header'] as const) {
    const ask = { bucket: 'my-bucket', key: 'a', scheme };
    const answer = await call(
      oss,
      { ...ask, method, query: { [name]: null } },
      method === 'DELETE' ? undefined : '<a/>',
    );
    expect(answer).toMatchObject({ status: 501, code: 'NotImplemented' });
    expect(answer.text).toContain(`${method} of an object with ${name}`);
    // Of these, OSS gives a retention and a legal hold when it is asked for them; this server must not give the object instead.
    const asked = await call(oss, { ...ask, query: { [name]: null } });
    expect(asked.status).toBe(name === 'sealAppendable' ? 200 : 501);
    expect((await call(oss, ask)).text).toBe('kept');
  }
});
