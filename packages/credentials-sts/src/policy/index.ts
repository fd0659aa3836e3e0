export { explainPolicy } from './explain-policy.ts';
export type { PolicyFinding, PolicyFindingCode } from './finding.ts';
export { lintPolicy } from './lint-policy.ts';
export type { PolicyInput } from './parse-policy.ts';
export { readPolicy } from './parse-policy.ts';
export type { PolicyCondition, SessionPolicy, SessionPolicyStatement } from './session-policy.ts';
export { simulatePolicy } from './simulate-policy.ts';
export type { MatchedStatement, SimulateOptions, Simulation } from './simulate-policy.ts';
