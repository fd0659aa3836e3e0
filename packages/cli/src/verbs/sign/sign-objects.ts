import type { PresignedUrl, Presigner, PresignRequest } from '@ossgrant/url-presigner';
import { CliError, EXIT, type ExitCode } from '../../failure/cli-error.ts';
import { exitCodeOf, fixOf } from '../../failure/describe-failure.ts';
import { formatObjectAddress, type ObjectAddress } from '../../input/object-address.ts';
import type { Surroundings } from '../../verb.ts';
import type { LinkFormat, FailedLink } from './formats/format.ts';
import type { LinkSettings } from './link-settings.ts';

const LIMITS: Readonly<Record<PresignedUrl['limitedBy'], string>> = {
  request: '',
  credential: 'the credentials end then',
  'signature-version': 'no V4 link lasts longer than seven days',
};

/** Tells when the links really end, the soonest of them when they differ. */
export interface ExpiryTeller {
  add(link: PresignedUrl): void;
  /** Lines for stderr. */
  lines(): readonly string[];
}

export function tellExpiry(): ExpiryTeller {
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
        limitedBy === 'request' ? '' : `, not ${instant(requestedExpiration)} as asked: ${LIMITS[limitedBy]}`;
      const what = count === 1 ? 'the link ends' : `${count} links, the first of which ends`;
      const headers = Object.entries(signedHeaders).map(([name, value]) => `${name}: ${value}`);
      return [
        `${what} at ${instant(expiration)}${sooner}`,
        ...(headers.length === 0 ? [] : ['it works only with these headers:', ...headers.map((line) => `  ${line}`)]),
      ];
    },
  };
}

function instant(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}

/** What is signed, by whom, and how it is written. */
export interface SignJob {
  readonly context: Surroundings;
  readonly presigner: Presigner;
  readonly settings: LinkSettings;
  readonly format: LinkFormat;
  readonly objects: Iterable<ObjectAddress> | AsyncIterable<ObjectAddress>;
}

/** Signs one after another and writes each as it is signed. A key that cannot be signed does not stop the others. */
export async function signObjects(job: SignJob): Promise<ExitCode> {
  const { context, format } = job;
  const { stderr, signal } = context;
  const output = openFormat(format, context.stdout);
  const expiry = tellExpiry();
  const codes: ExitCode[] = [];
  let signed = 0;
  const fail = async (failure: FailedLink): Promise<void> => {
    codes.push(exitCodeOf(failure.error));
    await output.write(format.failure?.(failure) ?? '');
    const fix = fixOf(failure.error);
    await stderr.line(`ossgrant: ${formatObjectAddress(failure)}: ${failure.error.message}`);
    if (fix !== undefined) await stderr.line(`  ${fix}`);
  };

  try {
    for await (const result of job.presigner.presignMany(requests(job), { signal })) {
      const { bucket = '', key } = result.input;
      if (result.ok) {
        await output.write(format.link({ bucket, key, link: result.value }));
        expiry.add(result.value);
        signed += 1;
      } else if (result.error.name === 'CredentialError') {
        // Without a key no other object fares better.
        throw result.error;
      } else await fail({ bucket, key, error: result.error });
    }
  } catch (error) {
    // What was written so far is left well-formed; that it is not all, the exit code says.
    if (output.isOpen()) await output.close();
    throw error;
  }
  await output.close();
  for (const line of expiry.lines()) await stderr.line(line);
  if (signed === 0 && codes.length === 0) throw new CliError(EXIT.notFound, 'there is no such object to sign');
  return exitCode(signed, codes);
}

interface OpenedFormat {
  readonly isOpen: () => boolean;
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

// Nothing is written before there is something to say: a command that fails at once leaves stdout empty.
function openFormat(format: LinkFormat, stdout: Surroundings['stdout']): OpenedFormat {
  let isOpen = false;
  const write = async (text: string): Promise<void> => {
    await stdout.write((isOpen ? '' : (format.open ?? '')) + text);
    isOpen = true;
  };
  return { isOpen: () => isOpen, write, close: () => write(format.close?.() ?? '') };
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
