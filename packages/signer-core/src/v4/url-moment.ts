import type { Credentials } from '../credentials/contracts.ts';
import type { SigningKey } from '../hash/hash.ts';
import { formatIsoBasic } from '../request/dates.ts';
import { encodeQueryV4, joinQueryV4, type EncodedParameter } from './canonical-query.ts';
import { scopeTextV4, type ScopeV4 } from './scope.ts';
import { ALGORITHM_V4, stringToSignHeadV4 } from './string-to-sign.ts';

/** What decides what the V4 links of one second share, beside the credentials. */
export interface UrlMomentParts {
  /** The signing second, since the Unix epoch. */
  readonly second: number;
  readonly region: string;
  readonly product: string;
}

/** What is the same in all V4 links of one second, whatever their object. */
export interface UrlMoment {
  /** The string to sign up to the hash. */
  readonly head: string;
  readonly key: SigningKey;
  /** The canonical query of a link of this life: the link's own parameters, sorted, and those of the signature. */
  query(own: readonly EncodedParameter[], expiresInSeconds: number): string;
}

/** @throws RangeError when the second is no valid date */
export function createUrlMoment(
  credentials: Credentials,
  parts: UrlMomentParts,
  deriveKey: (credentials: Credentials, scope: ScopeV4) => SigningKey,
): UrlMoment {
  const timestamp = formatIsoBasic(new Date(parts.second * 1000));
  const scopeParts = { day: timestamp.slice(0, 8), region: parts.region, product: parts.product };
  const scope = scopeTextV4(scopeParts);
  const { accessKeyId, securityToken } = credentials;
  const parameters = encodeQueryV4([
    ['x-oss-signature-version', ALGORITHM_V4],
    ['x-oss-credential', `${accessKeyId}/${scope}`],
    ['x-oss-date', timestamp],
    ['x-oss-expires', null],
    ...(securityToken === undefined ? [] : ([['x-oss-security-token', securityToken]] as const)),
  ]);
  const expires = parameters.findIndex(({ name }) => name === 'x-oss-expires');
  let plain = { seconds: 0, query: '' };
  return {
    head: stringToSignHeadV4({ timestamp, scope }),
    key: deriveKey(credentials, scopeParts),
    query(own, seconds) {
      // Most links have no parameters of their own and one life.
      if (own.length === 0 && plain.seconds === seconds) return plain.query;
      const life = { name: 'x-oss-expires', text: `x-oss-expires=${seconds}` };
      const query = joinQueryV4(parameters.with(expires, life), own);
      if (own.length === 0) plain = { seconds, query };
      return query;
    },
  };
}
