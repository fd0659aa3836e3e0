export type { Cause, CauseCode, Certainty } from './cause.ts';
export type { LineDifference, TextComparison } from './compare-texts.ts';
export { explain } from './explain.ts';
export type { Explanation } from './explain.ts';
export type { ExplainInput } from './facts.ts';
