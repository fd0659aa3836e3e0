import type { Verb } from './verb.ts';

/** A verb that is loaded when it is asked for. */
export interface LazyVerb {
  readonly name: string;
  /** The same as the verb's own; a test holds them together. */
  readonly summary: string;
  load(): Promise<Verb>;
}

/** All verbs, in the order of the help. Each is a file of its own in the bundle, so a start loads one. */
export const VERBS: readonly LazyVerb[] = [
  {
    name: 'sign',
    summary: 'Sign links to objects',
    load: async () => (await import('./verbs/sign/verb.ts')).sign,
  },
];
