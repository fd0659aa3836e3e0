import type { PolicyDocument } from './policy.ts';

/** The sender of a request. */
export type Identity =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'user';
      /** `acs:ram::<account>:user/<name>`. */
      readonly arn: string;
      /** Numeric id, as bucket policies name users. */
      readonly id: string;
      readonly policies: readonly PolicyDocument[];
    }
  | {
      readonly kind: 'session';
      /** `acs:ram::<account>:assumed-role/<role>/<session>`. */
      readonly arn: string;
      /** `acs:ram::<account>:role/<role>`. */
      readonly roleArn: string;
      /** `<role id>:<session>`. */
      readonly id: string;
      /** The role's own policies. */
      readonly policies: readonly PolicyDocument[];
      /** Narrows them; absent: the whole role. */
      readonly sessionPolicy?: PolicyDocument;
    };
