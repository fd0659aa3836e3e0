export { externalProcess } from './external-process.ts';
export type { ExternalProcessOptions } from './external-process.ts';
