import type { LazyVerb } from './verb.ts';
import { sign } from './verbs/sign/verb.ts';

/** All verbs, in the order of the help. Each is a separate file in the bundle, so that a start loads only one. */
export const VERBS: readonly LazyVerb[] = [
  {
    name: 'sign',
    summary: 'Sign links to objects',
    // Bundled with the command itself: scripts call it in loops, and each file that Node loads costs time.
    load: () => Promise.resolve(sign),
  },
  {
    name: 'grant',
    summary: 'Get temporary credentials that can download some objects or folders',
    load: async () => (await import('./verbs/grant/verb.ts')).grant,
  },
  {
    name: 'get',
    summary: 'Download links or objects: verified, resumable',
    load: async () => (await import('./verbs/get/verb.ts')).get,
  },
  {
    name: 'inspect',
    summary: 'Show what a signed link grants, until when, and what is wrong with it',
    load: async () => (await import('./verbs/inspect.ts')).inspect,
  },
  {
    name: 'doctor',
    summary: 'Explain why a link or request is refused, and how to fix it',
    load: async () => (await import('./verbs/doctor/verb.ts')).doctor,
  },
  {
    name: 'share create',
    summary: 'Share objects or a folder by a grant server: counted, limited, revocable',
    load: async () => (await import('./verbs/share/create.ts')).shareCreate,
  },
  {
    name: 'share list',
    summary: 'List shares: state, uses, end, objects',
    load: async () => (await import('./verbs/share/verbs.ts')).shareList,
  },
  {
    name: 'share show',
    summary: 'Show shares: objects, limits, uses, end',
    load: async () => (await import('./verbs/share/verbs.ts')).shareShow,
  },
  {
    name: 'share pause',
    summary: 'Pause shares: they give nothing until they are resumed',
    load: async () => (await import('./verbs/share/verbs.ts')).sharePause,
  },
  {
    name: 'share resume',
    summary: 'Resume paused shares',
    load: async () => (await import('./verbs/share/verbs.ts')).shareResume,
  },
  {
    name: 'share extend',
    summary: 'Give shares another end',
    load: async () => (await import('./verbs/share/verbs.ts')).shareExtend,
  },
  {
    name: 'share revoke',
    summary: 'Take shares back for good',
    load: async () => (await import('./verbs/share/verbs.ts')).shareRevoke,
  },
  {
    name: 'share copy',
    summary: 'Print the address of shares again',
    load: async () => (await import('./verbs/share/verbs.ts')).shareCopy,
  },
  {
    name: 'policy build',
    summary: 'Write the smallest policy for downloading some objects or folders',
    load: async () => (await import('./verbs/policy/verbs.ts')).policyBuild,
  },
  {
    name: 'policy explain',
    summary: 'Explain in words what a policy allows',
    load: async () => (await import('./verbs/policy/verbs.ts')).policyExplain,
  },
  {
    name: 'policy lint',
    summary: 'Find statements that allow too much or never apply',
    load: async () => (await import('./verbs/policy/verbs.ts')).policyLint,
  },
  {
    name: 'policy simulate',
    summary: 'Show whether policies allow a request, and which statement decides',
    load: async () => (await import('./verbs/policy/simulate.ts')).policySimulate,
  },
  {
    name: 'whoami',
    summary: 'Show whose credentials are in use, and where they come from',
    load: async () => (await import('./verbs/whoami.ts')).whoami,
  },
  {
    name: 'local',
    summary: 'Start a local OSS and STS with a sample bucket',
    load: async () => (await import('./verbs/local.ts')).local,
  },
  {
    name: 'completion',
    summary: 'Print a shell completion script',
    load: async () => (await import('./verbs/completion/verb.ts')).completion,
  },
];
