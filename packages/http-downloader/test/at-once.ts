/** A retry policy that waits for nothing. */
export const AT_ONCE = { sleep: async (): Promise<void> => {} };
