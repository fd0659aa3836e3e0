import { quoteDotenv } from '../quote/dotenv.ts';
import { quotePosix } from '../quote/posix.ts';
import { quotePowerShell } from '../quote/powershell.ts';

/** Who is to read the variables. */
export type EnvironmentFormat = 'sh' | 'dotenv' | 'powershell';

/**
 * Writes variables, a line each.
 *
 * @throws RangeError for a value that the reader cannot be given
 */
export function formatEnvironment(variables: Readonly<Record<string, string>>, format: EnvironmentFormat): string {
  return Object.entries(variables)
    .map(([name, value]) => `${WRITERS[format](name, value)}\n`)
    .join('');
}

const WRITERS: Readonly<Record<EnvironmentFormat, (name: string, value: string) => string>> = {
  sh: (name, value) => `export ${name}=${quotePosix(value)}`,
  dotenv: (name, value) => `${name}=${quoteDotenv(value)}`,
  powershell: (name, value) => `$env:${name} = ${quotePowerShell(value)}`,
};
