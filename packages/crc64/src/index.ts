export { combineCrc64 } from './combine.ts';
export { crc64, createCrc64, createCrc64Memory } from './crc64.ts';
export type { Crc64, Crc64Memory } from './crc64.ts';
