import type { LineDifference } from '@ossgrant/url-presigner/explain';
import { REFUSALS } from './refusals.ts';
import type { Diagnosis } from './diagnosis.ts';

/** A diagnosis in words. */
export function diagnosisLines(diagnosis: Diagnosis): readonly string[] {
  const { causes, server, probed, signatureMatches, comparison } = diagnosis;
  const lines = causes.flatMap(({ code, certainty, message, fix }) => [
    `${certainty === 'certain' ? 'cause' : 'perhaps'}: ${message} (${code})`,
    `  fix: ${fix}`,
  ]);
  if (server !== undefined) {
    const details = [server.message, server.ec && `EC ${server.ec}`, server.requestId && `request ${server.requestId}`];
    lines.push(`server: ${[server.status, server.code].filter(Boolean).join(' ') || 'no answer of OSS'}`);
    lines.push(...details.filter((detail) => Boolean(detail)).map((detail) => `  ${detail}`));
    if (causes.length === 0) lines.push(`  fix: ${REFUSALS[server.code ?? ''] ?? REFUSALS['']}`);
  } else if (probed !== undefined) lines.push(`server: ${probed}, the link works`);
  if (signatureMatches !== undefined) {
    lines.push(
      `signature: ${signatureMatches ? 'what this secret makes of the request' : 'not what this secret makes'}`,
    );
  }
  lines.push(...differences('canonical request', comparison?.canonicalRequest));
  lines.push(...differences('string to sign', comparison?.stringToSign));
  return lines.length > 0 ? lines : ['nothing is wrong with it as far as it tells by itself; --probe asks the server'];
}

function differences(what: string, found: readonly LineDifference[] = []): readonly string[] {
  if (found.length === 0) return [];
  return [
    `the server's ${what} differs:`,
    ...found.flatMap(({ line, ours, server }) => [
      `  line ${line} here:   ${ours ?? '(none)'}`,
      `  line ${line} server: ${server ?? '(none)'}`,
    ]),
  ];
}
