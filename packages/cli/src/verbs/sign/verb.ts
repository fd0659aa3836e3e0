import { toProvider, type Clock } from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';
import { createPresigner, type PresignWarning } from '@ossgrant/url-presigner';
import { clock as machineClock, credentialInput } from '../../connection/credentials.ts';
import { endpointOptions } from '../../connection/endpoint.ts';
import { parseInstant } from '../../input/values.ts';
import { defineVerb, type Verb } from '../../verb.ts';
import { assertObjectsNamed, findObjects } from './find-objects.ts';
import { chooseFormat } from './choose-format.ts';
import { linkSettings } from './link-settings.ts';
import { SIGN_EXAMPLES, SIGN_OPTIONS } from './options.ts';
import { signObjects } from './sign-objects.ts';

/** `ossgrant sign`: signs links to objects. */
export const sign: Verb<typeof SIGN_OPTIONS> = defineVerb({
  name: 'sign',
  summary: 'Sign links to objects',
  examples: SIGN_EXAMPLES,
  positional: { name: 'oss://BUCKET/KEY', min: 0 },
  options: SIGN_OPTIONS,
  async run(context) {
    const { options, env } = context;
    assertObjectsNamed(context);
    const settings = linkSettings(options);
    const format = await chooseFormat(options);
    const endpoint = endpointOptions(options, env);
    const clock = options.at === undefined ? machineClock : stoppedAt(parseInstant('--at', options.at));
    const credentials = await credentialInput({ profile: options.profile, env }, { signal: context.signal, clock });
    const provider = toProvider(credentials, { clock });
    const warnings: PresignWarning[] = [];
    const presigner = createPresigner({
      ...endpoint,
      credentials: provider,
      clock,
      ...defined({ version: options['sign-version'], ifShorter: options['if-shorter'] }),
      onWarning: (warning) => warnings.push(warning),
    });
    const access = { endpoint, provider };
    const objects = findObjects(context, access);
    const factsOf = options.manifest
      ? await (await import('./object-facts.ts')).createFactsOf(context, access, settings)
      : undefined;
    return signObjects({ context, presigner, settings, format, objects, warnings, ...defined({ factsOf }) });
  },
});

function stoppedAt(instant: Date): Clock {
  return { now: () => instant.getTime(), monotonic: () => machineClock.monotonic() };
}
