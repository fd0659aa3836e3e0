import { access } from 'node:fs/promises';
import type { Surroundings } from '../../context.ts';
import { describeFailure } from '../../run/describe-failure.ts';
import type { Failed } from './report.ts';

/** Tells on stderr of a download that failed, and whether it can be gone on with. */
export async function tellFailure(
  error: unknown,
  { source, file }: { readonly source: string; readonly file: string | undefined },
  { stderr, signal }: Pick<Surroundings, 'stderr' | 'signal'>,
): Promise<Failed> {
  const { exitCode, lines } = describeFailure(error, { interrupted: signal.aborted });
  const [message = 'stdout was closed', ...fixes] = lines.map((line) => line.replace(/^ossgrant: /, ''));
  await stderr.line(`ossgrant: ${source}: ${message}`);
  for (const fix of fixes) await stderr.line(fix);
  if (file !== undefined && (await exists(`${file}.ossgrant-part.json`))) {
    await stderr.line('  what was received is kept: the same command goes on from there, also with a fresh link');
  }
  const { code } = error as { readonly code?: unknown };
  return { ok: false, source, ...(typeof code === 'string' ? { code } : {}), message, exitCode };
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
