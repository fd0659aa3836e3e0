import { spawnSync } from 'node:child_process';

/** A program that tests run. */
export interface WantedProgram {
  readonly command: string;
  /** @default ['--version'] */
  readonly args?: readonly string[];
  /** Debian packages that have it. */
  readonly packages: string;
}

/**
 * The version of a program; `undefined`, and a line that says so, where it is missing: then its tests are passed over.
 *
 * @throws Error where it is missing in CI, so that nothing is passed over there
 */
export function findProgram({ command, args = ['--version'], packages }: WantedProgram): string | undefined {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  const version = /\d+(?:\.\d+)+/.exec(status === 0 ? stdout : '')?.[0];
  if (version !== undefined) return version;
  const missing = `${command} is missing (apt-get install ${packages})`;
  if (process.env['CI'] !== undefined) throw new Error(`${missing}: CI passes over no client`);
  console.log(`» ${missing}: its tests are passed over`);
  return undefined;
}
