export { fromEnvironment, toEnvironment } from './from-environment.ts';
export type { Environment, FromEnvironmentOptions } from './from-environment.ts';
export { fromLiteral } from './from-literal.ts';
