/** Connections that downloads share. Each download has one; those beyond it are there while no download waits for its own. */
export interface Budget {
  /** Waits for the connection of a download. */
  take(): Promise<void>;
  /** How many a download that is running could have besides its own. */
  spare(): number;
  /** Takes one of those. */
  takeSpare(): void;
  /** Whether a download waits: one that has several connections gives one up. */
  isWanted(): boolean;
  give(): void;
}

/** @param connections of all downloads together */
export function createBudget(connections: number): Budget {
  let free = connections;
  const waiting: (() => void)[] = [];
  return {
    async take(): Promise<void> {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
    },
    spare: () => free,
    takeSpare: () => void (free -= 1),
    isWanted: () => waiting.length > 0,
    give(): void {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    },
  };
}
