import { ENGLISH } from '../texts/english.ts';
import { start } from './main.tsx';

start('en', ENGLISH);
