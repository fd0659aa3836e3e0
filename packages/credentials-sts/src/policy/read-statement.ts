import { actionsMatching, intendedAction, type KnownAction, listsKeys } from './actions.ts';
import { matchesPattern } from './operators.ts';
import { canCover, readResource, type Resource, whyImpossible } from './resources.ts';
import type { PolicyCondition, SessionPolicyStatement } from './session-policy.ts';

// Shared by `lintPolicy`, `explainPolicy` and `simulatePolicy`: the requests that a statement can ever apply to.

/** One action of a statement. */
export interface ActionReading {
  /** As written. */
  readonly text: string;
  /** The resources of the statement that a request for the action can name. */
  readonly resources: readonly Resource[];
  /** Whether it matches an action that lists the keys of a bucket. */
  readonly lists: boolean;
  readonly problem?: ActionProblem;
}

/** Finds the fault of an action. */
export interface ActionProblem {
  readonly code: 'NO_SUCH_ACTION' | 'NEVER_MATCHES';
  readonly reason: string;
  readonly fix: string;
}

/** A resource that no request can name. */
export interface ImpossibleResource {
  readonly resource: Resource;
  /** Its place in the statement. */
  readonly index: number;
  readonly reason: string;
}

/** A statement, read. */
export interface StatementReading {
  readonly actions: readonly ActionReading[];
  readonly impossible: readonly ImpossibleResource[];
}

/** Reads one statement of a policy. */
export function readStatement({ Action, Resource, Condition = {} }: SessionPolicyStatement): StatementReading {
  const services = Action.map(serviceOf);
  const impossible: ImpossibleResource[] = [];
  const possible: Resource[] = [];
  for (const [index, text] of Resource.entries()) {
    const resource = readResource(text);
    const isForeign = services.some((service) => service !== 'oss' && matchesPattern(resource.service, service));
    const reason = isForeign ? undefined : whyImpossible(resource);
    if (reason === undefined) possible.push(resource);
    else impossible.push({ resource, index, reason });
  }
  return { actions: Action.map((text) => readAction(text, possible, Condition)), impossible };
}

function readAction(text: string, possible: readonly Resource[], condition: PolicyCondition): ActionReading {
  const known = actionsMatching(text);
  if (known.length === 0) return readUnknown(text, possible);
  const asked = needsListing(condition) ? known.filter(listsKeys) : known;
  const resources = possible.filter((resource) =>
    asked.some(({ target }) => target === 'other' || canCover(resource, target)),
  );
  const reading = { text, resources, lists: asked.some(listsKeys) };
  // A statement whose resources are all impossible says so already.
  if (resources.length > 0 || possible.length === 0) return reading;
  return { ...reading, problem: neverMatches(text, asked) };
}

function readUnknown(text: string, possible: readonly Resource[]): ActionReading {
  const code = 'NO_SUCH_ACTION';
  const service = serviceOf(text);
  const intended = intendedAction(text);
  if (intended !== undefined) {
    const problem = { code, reason: `OSS has no action "${text}"`, fix: `write "${intended}"` } as const;
    return { text, resources: [], lists: false, problem };
  }
  const resources = possible.filter((resource) => matchesPattern(resource.service, service));
  // The actions of other services are not known here.
  if (service !== 'oss') return { text, resources, lists: false };
  // It may be newer than the list, so it is not said to be without effect.
  const reason = `OSS is not known to have an action "${text}"`;
  return {
    text,
    resources,
    lists: false,
    problem: { code, reason, fix: 'check its name in the documentation of OSS' },
  };
}

function serviceOf(action: string): string {
  return action.slice(0, Math.max(action.indexOf(':'), 0)).toLowerCase() || 'oss';
}

// Only listings have a prefix and a delimiter, and a condition on what a request lacks does not hold.
function needsListing(condition: PolicyCondition): boolean {
  return Object.entries(condition).some(
    ([operator, keys]) =>
      !operator.includes('Not') && (Object.hasOwn(keys, 'oss:Prefix') || Object.hasOwn(keys, 'oss:Delimiter')),
  );
}

function neverMatches(text: string, asked: readonly KnownAction[]): ActionProblem {
  const code = 'NEVER_MATCHES';
  if (asked.length === 0) {
    const reason = `the condition tests the prefix or the delimiter of a listing, which requests for ${text} lack`;
    return { code, reason, fix: 'put the listing and its condition into a statement of their own' };
  }
  if (asked.some(({ target }) => target === 'bucket')) {
    const reason = `requests for ${text} name a bucket, and every resource here is an object`;
    return { code, reason, fix: 'add the bucket without a key: "acs:oss:*:*:my-bucket"' };
  }
  const reason = `requests for ${text} name an object, and every resource here is a bucket`;
  return { code, reason, fix: 'add a key or a folder: "acs:oss:*:*:my-bucket/dir/*"' };
}
