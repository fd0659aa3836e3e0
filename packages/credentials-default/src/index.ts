export type { ChainReport, SourceReport } from './chain-report.ts';
export { defaultChain } from './default-chain.ts';
export type { DefaultChain } from './default-chain.ts';
export type { DefaultChainOptions } from './options.ts';
