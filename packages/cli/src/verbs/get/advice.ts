import { REFUSAL_FIXES } from '../../connection/oss-refusal.ts';

/**
 * What `doctor` knows about a refusal, without asking the server again: how a link was damaged, or how to fix a refusal by its Code.
 * Otherwise the error's own fixes.
 */
export async function adviceOn(
  error: unknown,
  { link, fixes }: { readonly link: string | undefined; readonly fixes: readonly string[] },
): Promise<readonly string[]> {
  const { status, serviceCode } = error as { readonly status?: number; readonly serviceCode?: string };
  if (status === undefined) return fixes;
  if (link !== undefined) {
    const { explain } = await import('@ossgrant/url-presigner/explain');
    const [cause] = explain({ method: 'GET', url: link }).causes;
    if (cause !== undefined) {
      const isSure = cause.certainty === 'proved' || cause.certainty === 'named';
      return [`  ${isSure ? 'cause' : 'perhaps'}: ${cause.message}`, `  fix: ${cause.fix}`];
    }
  }
  const fix = serviceCode === undefined ? undefined : REFUSAL_FIXES[serviceCode];
  return fix === undefined || fixes.length > 0 ? fixes : [`  ${fix}`];
}
