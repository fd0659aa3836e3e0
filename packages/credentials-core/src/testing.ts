// The contracts of sources and providers as test cases, for authors of their own. Made for no test runner in particular.
export type { ContractCase } from './testing/contract-case.ts';
export { credentialProviderContract } from './testing/provider-contract.ts';
export type { ProviderContractOptions, ProviderParts } from './testing/provider-contract.ts';
export { credentialSourceContract } from './testing/source-contract.ts';
export type { SourceContractOptions, SourceMaker } from './testing/source-contract.ts';
