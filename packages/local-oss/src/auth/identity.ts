import type { PolicyDocument } from '../access/policy.ts';

/** Who sent a request. */
export type Identity =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'user'; readonly arn: string; readonly policies: readonly PolicyDocument[] }
  | {
      readonly kind: 'session';
      readonly arn: string;
      /** The role's own policies. */
      readonly policies: readonly PolicyDocument[];
      /** Narrows them; absent: the whole role. */
      readonly sessionPolicy?: PolicyDocument;
    };
