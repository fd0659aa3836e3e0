/** Whether a request asks for what OSS makes of an object rather than for the object. */
export function isProcessed(path: string): boolean {
  return /[?&]x-oss-process[=&]/.test(path);
}
