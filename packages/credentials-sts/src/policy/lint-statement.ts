import type { SessionPolicyStatement } from '../session-policy.ts';
import { pointer, type PolicyFinding } from './finding.ts';
import { fitsPattern } from './fits-pattern.ts';
import { lintAction } from './lint-action.ts';
import { lintCondition } from './lint-condition.ts';
import { lintResource, namesObjects } from './lint-resource.ts';

// In lower case: RAM ignores the case of actions.
const OF_OBJECTS = ['oss:getobject', 'oss:getobjectversion', 'oss:putobject', 'oss:deleteobject'];
const LIST = 'oss:listobjects';

/** What is wrong with one statement. A wide Deny is no grant, so only an Allow is looked at for width. */
export function lintStatement(statement: SessionPolicyStatement, index: number): readonly PolicyFinding[] {
  const { Effect, Action, Resource, Condition } = statement;
  const path = pointer('/Statement', index);
  const common = [
    ...Action.flatMap((action, at) => lintAction(action, pointer(`${path}/Action`, at), Effect)),
    ...lintCondition(Condition ?? {}, `${path}/Condition`, Effect),
    ...lintMatches(Action, Resource, path),
  ];
  if (Effect === 'Deny') return common;
  const resources = Resource.flatMap((resource, at) => lintResource(resource, pointer(`${path}/Resource`, at)));
  return [...common, ...resources, ...lintListing(statement, path), ...lintTransport(statement, path)];
}

function lintMatches(actions: readonly string[], resources: readonly string[], path: string): readonly PolicyFinding[] {
  const objects = resources.map(namesObjects);
  return actions.flatMap((action, at): readonly PolicyFinding[] => {
    const where = pointer(`${path}/Action`, at);
    if (action.toLowerCase() === LIST && objects.every((kind) => kind === 'objects')) {
      const message = `${action} is asked for the bucket, and no resource here is one`;
      return [never(where, message, 'add the bucket without a key: "acs:oss:*:*:my-bucket"')];
    }
    if (OF_OBJECTS.includes(action.toLowerCase()) && objects.every((kind) => kind === 'bucket')) {
      const message = `${action} is asked for objects, and every resource here is a bucket`;
      return [never(where, message, 'add a key or a folder: "acs:oss:*:*:my-bucket/dir/*"')];
    }
    return [];
  });
}

function never(path: string, message: string, fix: string): PolicyFinding {
  return { code: 'NEVER_MATCHES', severity: 'warning', path, message, fix };
}

function lintListing({ Action, Condition = {} }: SessionPolicyStatement, path: string): readonly PolicyFinding[] {
  const at = Action.findIndex((action) => fitsPattern(action.toLowerCase(), LIST));
  const limited = ['StringLike', 'StringEquals'].some((operator) => Condition[operator]?.['oss:Prefix'] !== undefined);
  if (at === -1 || limited) return [];
  return [
    {
      code: 'LIST_WITHOUT_PREFIX',
      severity: 'warning',
      path: pointer(`${path}/Action`, at),
      message: 'every key of the bucket may be listed',
      fix: 'add "Condition": {"StringLike": {"oss:Prefix": ["dir/*"]}}',
    },
  ];
}

function lintTransport({ Condition = {} }: SessionPolicyStatement, path: string): readonly PolicyFinding[] {
  const values = Condition['Bool']?.['acs:SecureTransport'] ?? [];
  if (values.length > 0 && values.every((value) => value.toLowerCase() === 'true')) return [];
  return [
    {
      code: 'PLAIN_HTTP',
      severity: 'info',
      path,
      message: 'it also holds for plain http, where others can read what is sent',
      fix: 'add "Condition": {"Bool": {"acs:SecureTransport": ["true"]}}',
    },
  ];
}
