import { SIGNATURE_PARAMETERS } from '../../inspect/claim.ts';
import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';

/** Parameters were added to the link. */
export function parameterAppended({ request, link, input, judge }: Facts): Cause | undefined {
  const names = link.parameters.map(({ name }) => name);
  const last = names.findIndex((name) => name === 'x-oss-signature' || name === 'Signature');
  const appended = last === -1 ? [] : names.slice(last + 1);
  const foreign = names.filter((name) => !SIGNATURE_PARAMETERS.has(name));
  // Without the secret only what stands behind the signature is worth a guess.
  const candidates =
    input.credentials === undefined ? [appended] : [appended, ...foreign.map((name) => [name]), foreign];
  for (const added of candidates) {
    const certainty =
      added.length === 0 ? undefined : judge({ query: request.query.filter(([name]) => !added.includes(name)) });
    if (certainty === undefined) continue;
    return {
      code: 'PARAMETER_APPENDED',
      certainty,
      message: `the link was signed without ${added.map((name) => JSON.stringify(name)).join(', ')}`,
      fix: 'add parameters when the link is signed: nothing may be appended later',
    };
  }
  return undefined;
}
