import type { Presigner, PresignRequest } from '@ossgrant/url-presigner';
import { CliError } from '../../cli-error.ts';
import type { Surroundings } from '../../context.ts';
import { EXIT, type ExitCode } from '../../exit-codes.ts';
import { formatObjectAddress, type ObjectAddress } from '../../object-address.ts';
import { exitCodeOf } from '../../run/exit-code-of.ts';
import { fixOf } from '../../run/fix-of.ts';
import type { LinkFormat } from './formats/format.ts';
import type { LinkSettings } from './link-settings.ts';
import type { FailedLink } from './signed-link.ts';
import { tellExpiry } from './tell-expiry.ts';

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
