import { createPresigner } from '@ossgrant/url-presigner';
import { credentialSource } from '../../connection/credentials.ts';
import { endpointOptions } from '../../connection/endpoint.ts';
import { parseObjectAddress } from '../../object-address.ts';
import { defineVerb, type Verb } from '../../verb.ts';
import { SIGN_OPTIONS } from './options.ts';

/** `ossgrant sign`: links for objects. */
export const sign: Verb<typeof SIGN_OPTIONS> = defineVerb({
  name: 'sign',
  summary: 'Sign links to objects',
  examples: [
    {
      says: 'a link that lasts a quarter of an hour',
      command: 'ossgrant sign oss://my-bucket/report.pdf --expires 15m',
    },
  ],
  positional: { name: 'oss://BUCKET/KEY', min: 1 },
  options: SIGN_OPTIONS,
  async run({ args, options, env, stdout, stderr, signal }) {
    const presigner = createPresigner({
      ...endpointOptions(options, env),
      credentials: credentialSource({ profile: options.profile, env }),
    });
    for (const arg of args) {
      const { bucket, key } = parseObjectAddress(arg);
      const link = await presigner.presign({ bucket, key }, { signal });
      await stdout.line(link.url);
      await stderr.line(`expires ${link.expiration.toISOString()}`);
    }
  },
});
