import { CHINESE } from '../texts/chinese.ts';
import { start } from './main.tsx';

start('zh-CN', CHINESE);
