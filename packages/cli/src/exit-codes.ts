/** What the process's exit code tells. */
export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  credentials: 3,
  notFound: 4,
  expired: 5,
  signatureMismatch: 6,
  policyDenies: 7,
  partial: 8,
  interrupted: 130,
} as const;

/** One of `EXIT`. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The codes in words, for `--help`. */
export const EXIT_MEANINGS: readonly (readonly [ExitCode, string])[] = [
  [EXIT.ok, 'ok'],
  [EXIT.failure, 'failure'],
  [EXIT.usage, 'usage'],
  [EXIT.credentials, 'credentials'],
  [EXIT.notFound, 'not found'],
  [EXIT.expired, 'expired'],
  [EXIT.signatureMismatch, 'signature mismatch'],
  [EXIT.policyDenies, 'policy denies'],
  [EXIT.partial, 'partial'],
  [EXIT.interrupted, 'interrupted'],
];
