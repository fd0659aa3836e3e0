import { CredentialError, type CredentialSource, type FetchContext } from '@ossgrant/signer-core';

/** A link that is configured: how, to be compared, and what it is then. */
export interface ConfiguredLink {
  readonly key: string;
  make(): CredentialSource;
}

/**
 * A link of a chain that is there only when the environment says so, which is looked at anew at each fetch. As long as it says
 * the same, the source stays, with what it remembers.
 *
 * @param find a text is why the link is not configured
 */
export function optionalLink(name: string, find: () => ConfiguredLink | string): CredentialSource {
  let made: { readonly key: string; readonly source: CredentialSource } | undefined;
  return {
    name,
    async fetch(context: FetchContext) {
      const found = find();
      if (typeof found === 'string') {
        throw new CredentialError(`${name}: ${found}`, { code: 'NOT_CONFIGURED', retryable: false });
      }
      if (made?.key !== found.key) made = { key: found.key, source: make(name, found) };
      return made.source.fetch(context);
    },
  };
}

function make(name: string, link: ConfiguredLink): CredentialSource {
  try {
    return link.make();
  } catch (cause) {
    if (cause instanceof CredentialError) throw cause;
    // The packages name the option that is wrong, and not its value.
    const said = cause instanceof TypeError || cause instanceof RangeError ? cause.message : 'cannot be set up';
    throw new CredentialError(`${name}: ${said}`, { code: 'INVALID_CONFIG', retryable: false, cause });
  }
}
