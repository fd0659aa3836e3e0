export { sharedByTabs } from './shared-by-tabs.ts';
export type { TabSource, TabsOptions } from './shared-by-tabs.ts';
