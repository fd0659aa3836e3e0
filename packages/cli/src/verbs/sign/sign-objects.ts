import { defined } from '@ossgrant/credentials-core/internal';
import type { BatchResult, PresignedUrl, Presigner, PresignRequest, PresignWarning } from '@ossgrant/url-presigner';
import type { HeadFacts } from '../../connection/head-object.ts';
import { CliError, EXIT, type ExitCode } from '../../failure/cli-error.ts';
import { exitCodeOf, fixOf, inCommandWords, messageOf } from '../../failure/describe-failure.ts';
import { formatObjectAddress, type ObjectAddress } from '../../input/object-address.ts';
import type { ProcessContext } from '../../verb.ts';
import type { LinkFormat, FailedLink } from './formats/format.ts';
import type { LinkSettings } from './link-settings.ts';
import type { FactsOf } from './object-facts.ts';

const LIMITS: Readonly<Record<PresignedUrl['limitedBy'], string>> = {
  request: '',
  credential: 'the credentials end then',
  'signature-version': 'a V4 link lasts at most seven days',
};

/** Collects when the links really end, and reports the earliest end. */
export interface ExpiryReport {
  add(link: PresignedUrl): void;
  /** Lines for stderr. */
  lines(): readonly string[];
}

export function reportExpiry(): ExpiryReport {
  let count = 0;
  let soonest: PresignedUrl | undefined;
  return {
    add(link) {
      count += 1;
      if (soonest === undefined || link.expiration < soonest.expiration) soonest = link;
    },
    lines() {
      if (soonest === undefined) return [];
      const { expiration, requestedExpiration, limitedBy, signedHeaders } = soonest;
      const sooner =
        limitedBy === 'request' ? '' : `, not at ${instant(requestedExpiration)} as requested: ${LIMITS[limitedBy]}`;
      const what = count === 1 ? 'the link ends' : `${count} links; the first ends`;
      const headers = Object.entries(signedHeaders).map(([name, value]) => `${name}: ${value}`);
      return [
        `${what} at ${instant(expiration)}${sooner}`,
        ...(headers.length === 0 ? [] : ['send these headers with it:', ...headers.map((line) => `  ${line}`)]),
      ];
    },
  };
}

function instant(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}

/** What to sign, and how to write it. */
export interface SignJob {
  readonly context: ProcessContext;
  readonly presigner: Presigner;
  readonly settings: LinkSettings;
  readonly format: LinkFormat;
  readonly objects: Iterable<ObjectAddress> | AsyncIterable<ObjectAddress>;
  /** About all links; those of one link come with it. */
  readonly warnings: readonly PresignWarning[];
  /** Of each object, for a manifest. */
  readonly factsOf?: FactsOf;
}

/** Signs the objects in order and writes each link once signed. A key that cannot be signed does not stop the others. */
export async function signObjects(job: SignJob): Promise<ExitCode> {
  const { context, format } = job;
  const { stderr } = context;
  // Many links may share one warning.
  const warnings = new Map(job.warnings.map((warning) => [warning.code + warning.message, warning]));
  const output = openFormat(job, () => [...warnings.values()]);
  const expiry = reportExpiry();
  const codes: ExitCode[] = [];
  let signed = 0;
  const fail = async (failure: FailedLink): Promise<void> => {
    codes.push(exitCodeOf(failure.error));
    await output.write(format.failure?.(failure) ?? '');
    const fix = fixOf(failure.error);
    await stderr.line(`ossgrant: ${formatObjectAddress(failure)}: ${messageOf(failure.error)}`);
    if (fix !== undefined) await stderr.line(`  ${fix}`);
  };

  try {
    for await (const { result, facts } of signedWithFacts(job)) {
      const { bucket = '', key } = result.input;
      if (result.ok) {
        for (const warning of result.value.warnings ?? []) warnings.set(warning.code + warning.message, warning);
        await output.write(format.link({ bucket, key, link: result.value, ...defined({ facts }) }));
        expiry.add(result.value);
        signed += 1;
      } else if (result.error.name === 'CredentialError') {
        // Without credentials no other object can be signed either.
        throw result.error;
      } else await fail({ bucket, key, error: result.error });
    }
  } catch (error) {
    // The output so far stays well-formed; the exit code says that it is incomplete.
    if (output.isOpen()) await output.close();
    throw error;
  }
  await output.close();
  for (const { message } of warnings.values()) await stderr.line(`caution: ${inCommandWords(message)}`);
  for (const line of expiry.lines()) await stderr.line(line);
  if (signed === 0 && codes.length === 0) throw new CliError(EXIT.notFound, 'no object matches');
  return exitCode(signed, codes);
}

interface OpenedFormat {
  readonly isOpen: () => boolean;
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

// Writes nothing before the first link or failure: a command that fails at once leaves stdout empty.
function openFormat({ format, context }: SignJob, warnings: () => readonly PresignWarning[]): OpenedFormat {
  let isOpen = false;
  const write = async (text: string): Promise<void> => {
    await context.stdout.write((isOpen ? '' : (format.open ?? '')) + text);
    isOpen = true;
  };
  return { isOpen: () => isOpen, write, close: () => write(format.close?.(warnings()) ?? '') };
}

interface SignedObject {
  readonly result: Result;
  readonly facts?: HeadFacts;
}

type Result = BatchResult<PresignRequest, PresignedUrl>;

const HEADS_AT_ONCE = 16;

// An object whose facts cannot be read has failed like one that cannot be signed.
async function* signedWithFacts(job: SignJob): AsyncGenerator<SignedObject> {
  const { presigner, factsOf, context } = job;
  const results = presigner.presignMany(requests(job), { signal: context.signal });
  if (factsOf === undefined) {
    for await (const result of results) yield { result };
    return;
  }
  const { inOrder } = await import('./object-facts.ts');
  const ask = async ({ ok, input: { bucket = '', key } }: Result): Promise<HeadFacts | undefined> =>
    ok ? factsOf({ bucket, key }) : undefined;
  for await (const [result, facts] of inOrder(results, HEADS_AT_ONCE, ask)) {
    if (facts.ok) {
      yield { result, ...defined({ facts: facts.value }) };
      continue;
    }
    context.signal.throwIfAborted();
    const error = facts.error instanceof Error ? facts.error : new Error(String(facts.error));
    yield { result: { ok: false, input: result.input, error } };
  }
}

async function* requests({ objects, settings }: SignJob): AsyncGenerator<PresignRequest> {
  for await (const { bucket, key } of objects) yield { ...settings, bucket, key };
}

function exitCode(signed: number, failures: readonly ExitCode[]): ExitCode {
  const [first = EXIT.ok] = failures;
  if (first === EXIT.ok) return EXIT.ok;
  if (signed > 0) return EXIT.partial;
  return failures.every((code) => code === first) ? first : EXIT.failure;
}
