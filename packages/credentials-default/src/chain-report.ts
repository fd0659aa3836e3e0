import { CredentialError, type CredentialErrorCode, type CredentialSource } from '@ossgrant/credentials-core';

/** What became of one link when it was last asked. Holds no secret. */
export interface LinkReport {
  readonly name: string;
  readonly state: 'answered' | 'not-configured' | 'failed' | 'not-asked';
  readonly code?: CredentialErrorCode;
  /** Why it did not answer. */
  readonly reason?: string;
}

/** What became of a chain. */
export interface ChainReport {
  /** The link whose credentials are in use. */
  readonly answeredBy?: string;
  readonly links: readonly LinkReport[];
}

/** Watches links. */
export interface Reporter {
  /** The links, each of which reports. */
  readonly links: readonly CredentialSource[];
  describe(): ChainReport;
}

/** Makes links that report what became of them. */
export function reportOn(links: readonly CredentialSource[]): Reporter {
  const reports = new Map<CredentialSource, LinkReport>();
  const notAsked = (link: CredentialSource): LinkReport => ({ name: link.name, state: 'not-asked' });

  const watch = (link: CredentialSource): CredentialSource => ({
    name: link.name,
    async fetch(context) {
      try {
        const fetched = await link.fetch(context);
        for (const [other, { state }] of reports) if (state === 'answered') reports.set(other, notAsked(other));
        reports.set(link, { name: link.name, state: 'answered' });
        return fetched;
      } catch (error) {
        reports.set(link, failureOf(link, error));
        throw error;
      }
    },
  });

  return {
    links: links.map(watch),
    describe() {
      const current = links.map((link) => reports.get(link) ?? notAsked(link));
      const answeredBy = current.find(({ state }) => state === 'answered')?.name;
      return { ...(answeredBy === undefined ? {} : { answeredBy }), links: current };
    },
  };
}

function failureOf({ name }: CredentialSource, error: unknown): LinkReport {
  // Only our own errors promise to hold no secret.
  if (!(error instanceof CredentialError)) return { name, state: 'failed', reason: 'failed for another reason' };
  const { code, message: reason } = error;
  return { name, state: code === 'NOT_CONFIGURED' ? 'not-configured' : 'failed', code, reason };
}
