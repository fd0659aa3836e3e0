import type { SessionPolicyStatement } from '../session-policy.ts';
import type { PolicyFinding } from './finding.ts';

// Names of operations, here or elsewhere, that are no names of permissions.
const MISTAKEN: ReadonlyMap<string, string> = new Map([
  ['oss:headobject', 'oss:GetObject'],
  ['oss:getobjectmeta', 'oss:GetObject'],
  ['oss:selectobject', 'oss:GetObject'],
  ['oss:getsymlink', 'oss:GetObject'],
  ['oss:listbucket', 'oss:ListObjects'],
  ['oss:getbucket', 'oss:ListObjects'],
  ['oss:listobjectsv2', 'oss:ListObjects'],
]);

/** What is wrong with one action. */
export function lintAction(
  action: string,
  path: string,
  effect: SessionPolicyStatement['Effect'],
): readonly PolicyFinding[] {
  const meant = MISTAKEN.get(action.toLowerCase());
  if (meant !== undefined) {
    const message = `there is no permission ${action}`;
    return [{ code: 'NO_SUCH_ACTION', severity: 'warning', path, message, fix: `write "${meant}", which covers it` }];
  }
  if (effect === 'Deny' || !/[*?]/.test(action)) return [];
  const isAll = action === '*' || /^[^:]*:\*$/.test(action);
  const message = isAll
    ? `"${action}" also allows to write and delete, and to change who may do what`
    : `"${action}" also fits actions that are not meant, and those that are yet to come`;
  const fix = 'list the actions one by one: "oss:GetObject" is enough to download';
  return [{ code: 'WIDE_ACTION', severity: isAll ? 'error' : 'warning', path, message, fix }];
}
