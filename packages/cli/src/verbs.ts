import type { LazyVerb } from './verb.ts';
import { sign } from './verbs/sign/verb.ts';

/** All verbs, in the order of the help. Each is a file of its own in the bundle, so a start loads one. */
export const VERBS: readonly LazyVerb[] = [
  {
    name: 'sign',
    summary: 'Sign links to objects',
    // In the command's own file: scripts call it in loops, and each file that is loaded takes a while.
    load: () => Promise.resolve(sign),
  },
  {
    name: 'grant',
    summary: 'Get temporary credentials for downloading one object or folder',
    load: async () => (await import('./verbs/grant/verb.ts')).grant,
  },
  {
    name: 'get',
    summary: 'Download links or objects, checked and resumable',
    load: async () => (await import('./verbs/get/verb.ts')).get,
  },
  {
    name: 'inspect',
    summary: 'Say what a signed link grants, until when, and what is wrong with it',
    load: async () => (await import('./verbs/inspect.ts')).inspect,
  },
  {
    name: 'doctor',
    summary: 'Say why a link or request is refused, and what to do about it',
    load: async () => (await import('./verbs/doctor/verb.ts')).doctor,
  },
  {
    name: 'policy build',
    summary: 'Write the least policy for downloading an object or a folder',
    load: async () => (await import('./verbs/policy/verbs.ts')).policyBuild,
  },
  {
    name: 'policy explain',
    summary: 'Say in words what a policy allows',
    load: async () => (await import('./verbs/policy/verbs.ts')).policyExplain,
  },
  {
    name: 'policy lint',
    summary: 'Find what a session policy grants too much, or never',
    load: async () => (await import('./verbs/policy/verbs.ts')).policyLint,
  },
  {
    name: 'policy simulate',
    summary: 'Say whether policies would allow a request, and which statement decides',
    load: async () => (await import('./verbs/policy/simulate.ts')).policySimulate,
  },
  {
    name: 'whoami',
    summary: 'Say whose credentials are in use, and where they come from',
    load: async () => (await import('./verbs/whoami.ts')).whoami,
  },
  {
    name: 'local',
    summary: 'Start a local OSS and STS, with a bucket to try things with',
    load: async () => (await import('./verbs/local.ts')).local,
  },
  {
    name: 'completion',
    summary: 'Print a completion script for a shell',
    load: async () => (await import('./verbs/completion/verb.ts')).completion,
  },
];
