// The formats that save files, in one file of the bundle: plain links do without them.
export { aria2 } from './aria2.ts';
export { fileNames } from './file-names.ts';
export { python } from './python.ts';
export { curl, wget } from './shell-commands.ts';
