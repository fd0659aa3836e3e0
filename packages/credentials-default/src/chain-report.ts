import { CredentialError, type CredentialErrorCode, type CredentialSource } from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';

/** What became of one source when it was last asked. Holds no secret. */
export interface SourceReport {
  /** Name of the source, such as `environment`. */
  readonly name: string;
  /**
   * `answered`: its credentials are in use. `not-configured`: it has nothing to read. `failed`: see `code`. `not-asked`: an earlier
   * source answered or failed, or nobody has asked yet.
   */
  readonly state: 'answered' | 'not-configured' | 'failed' | 'not-asked';
  /** Code of its `CredentialError`. Absent when it did not fail, or failed with another error. */
  readonly code?: CredentialErrorCode;
  /** Why it gave no credentials. */
  readonly reason?: string;
}

/** What became of a chain. */
export interface ChainReport {
  /** The source whose credentials are in use. */
  readonly answeredBy?: string;
  /** All sources, in the order in which the chain asks them. */
  readonly sources: readonly SourceReport[];
}

/** Sources under watch. */
export interface Reporter {
  /** The same sources, each of which reports. */
  readonly sources: readonly CredentialSource[];
  describe(): ChainReport;
}

/** Makes sources that report what became of them. */
export function reportOn(sources: readonly CredentialSource[]): Reporter {
  const reports = new Map<CredentialSource, SourceReport>();
  const notAsked = (source: CredentialSource): SourceReport => ({ name: source.name, state: 'not-asked' });

  const watch = (source: CredentialSource): CredentialSource => ({
    name: source.name,
    async fetch(context) {
      try {
        const fetched = await source.fetch(context);
        for (const [other, { state }] of reports) if (state === 'answered') reports.set(other, notAsked(other));
        reports.set(source, { name: source.name, state: 'answered' });
        return fetched;
      } catch (error) {
        reports.set(source, failureOf(source, error));
        throw error;
      }
    },
  });

  return {
    sources: sources.map(watch),
    describe() {
      const current = sources.map((source) => reports.get(source) ?? notAsked(source));
      const answeredBy = current.find(({ state }) => state === 'answered')?.name;
      return { ...defined({ answeredBy }), sources: current };
    },
  };
}

function failureOf({ name }: CredentialSource, error: unknown): SourceReport {
  // Only our own errors are known to hold no secret.
  if (!(error instanceof CredentialError)) return { name, state: 'failed', reason: 'failed for another reason' };
  const { code, message: reason } = error;
  return { name, state: code === 'NOT_CONFIGURED' ? 'not-configured' : 'failed', code, reason };
}
