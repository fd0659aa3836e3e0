export { mountInspector } from './mount-inspector.ts';
export type { Recognised } from './mount-inspector.ts';
export type { InspectorTexts } from './texts.ts';
export { ENGLISH, SIMPLIFIED_CHINESE } from './texts.ts';
export { readPasted } from './read-pasted.ts';
export type { Pasted } from './read-pasted.ts';
