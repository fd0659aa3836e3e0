export { combineCrc64 } from './combine.ts';
export { crc64, createCrc64 } from './crc64.ts';
export type { Crc64 } from './crc64.ts';
export { createCrc64Memory } from './crc64-memory.ts';
export type { Crc64Memory } from './crc64-memory.ts';
