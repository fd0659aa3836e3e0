/** Where the platform has no MD5. */
export const createMd5 = undefined;
