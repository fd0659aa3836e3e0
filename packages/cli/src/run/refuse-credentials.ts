import { usageError } from '../cli-error.ts';

const CREDENTIAL_OPTION =
  /^(access-?key(-?id|-?secret)?|(secret|security|session|sts)-?(key|token)|ak|sk|secret|token|password)$/i;

/**
 * Refuses options that would carry credentials: other users of the machine can read command lines, and shells keep them.
 *
 * @throws CliError that says where credentials go instead
 */
export function refuseCredentials(option: string): void {
  if (!CREDENTIAL_OPTION.test(option)) return;
  throw usageError(
    `--${option}: credentials are never arguments, where other users of this machine and the shell history would see them`,
    'set OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET (and OSS_SESSION_TOKEN), or name a profile with --profile',
  );
}
