// Entry for Bun and Deno: reads vectors from the file named, prints what came of them.
import { readFileSync } from 'node:fs';
import { argv } from 'node:process';
import { runVectors } from './run-vectors.mjs';

console.log(JSON.stringify(runVectors(JSON.parse(readFileSync(argv[2] ?? '', 'utf8')))));
