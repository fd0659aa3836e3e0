import { ENGLISH } from '../texts/english.ts';
import { start } from './main.tsx';

void start('en', ENGLISH);
