import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExitCode } from '../failure/cli-error.ts';
import type { ProcessContext } from '../verb.ts';

/**
 * Restarts the command so that Node also trusts these certificates: it reads NODE_EXTRA_CA_CERTS at its start only, and every
 * connection, also one to STS or a proxy, then uses them.
 *
 * @param pem certificates
 * @returns the exit code of the restarted command; `undefined` when Node already trusts them
 */
export async function restartTrusting(
  pem: string,
  { env, restart }: Pick<ProcessContext, 'env' | 'restart'>,
): Promise<ExitCode | undefined> {
  const file = env['NODE_EXTRA_CA_CERTS'] ?? '';
  const trusted = file === '' ? '' : await readFile(file, 'utf8').catch(() => '');
  if (trusted.includes(pem)) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'ossgrant-ca-'));
  try {
    const all = join(folder, 'certificates.pem');
    await writeFile(all, `${trusted}\n${pem}`);
    return await restart({ NODE_EXTRA_CA_CERTS: all });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
