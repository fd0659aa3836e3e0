import { CHINESE } from '../texts/chinese.ts';
import { start } from './main.tsx';

void start('zh-CN', CHINESE);
