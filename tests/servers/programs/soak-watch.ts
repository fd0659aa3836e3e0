import { readdirSync, readFileSync } from 'node:fs';

/** What a process holds, once a second. */
export interface Sample {
  /** Seconds since the watch began. */
  readonly at: number;
  /** Seconds since the process was first seen. */
  readonly age: number;
  readonly pid: number;
  readonly mib: number;
  readonly files: number;
}

const PAGE = 4096;

/** Looks at the processes once a second until it is stopped. */
export function watch(pids: () => readonly (number | undefined)[]): { stop(): readonly Sample[] } {
  const samples: Sample[] = [];
  const born = new Map<number, number>();
  const startedAt = performance.now();
  const timer = setInterval(() => {
    const at = (performance.now() - startedAt) / 1000;
    for (const pid of pids()) {
      if (pid === undefined) continue;
      try {
        const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
        const files = readdirSync(`/proc/${pid}/fd`).length;
        const first = born.get(pid) ?? at;
        born.set(pid, first);
        samples.push({ at, age: at - first, pid, mib: (pages * PAGE) / 2 ** 20, files });
      } catch {
        // It was killed between the two.
      }
    }
  }, 1000);
  return {
    stop() {
      clearInterval(timer);
      return samples;
    },
  };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Slope of points by least squares, where each group of points may have a level of its own. @returns 0 without two points of a group */
export function slopeOf(groups: readonly (readonly (readonly [x: number, y: number])[])[]): number {
  let products = 0;
  let squares = 0;
  for (const points of groups) {
    const x = mean(points.map(([one]) => one));
    const y = mean(points.map(([, one]) => one));
    for (const point of points) {
      products += (point[0] - x) * (point[1] - y);
      squares += (point[0] - x) ** 2;
    }
  }
  return squares === 0 ? 0 : products / squares;
}

/** How memory and open files moved. */
export interface Flatness {
  readonly lives: number;
  readonly most: number;
  readonly last: number;
  /** From life to life, at the same age: what the run as a whole adds. */
  readonly perHourOfRun: number;
  /** Inside lives, after their first minute: what a process adds to itself. */
  readonly perMinuteOfLife: number;
}

/** A killed process begins anew, so its memory is compared with that of others of the same age. */
export function flatness(samples: readonly Sample[], value: 'mib' | 'files'): Flatness {
  const lives = [...new Set(samples.map(({ pid }) => pid))].map((pid) => samples.filter((one) => one.pid === pid));
  const sameAge = lives.flatMap((life) => {
    const young = life.filter(({ age }) => age >= 10 && age < 16);
    if (young.length === 0) return [];
    return [[mean(young.map(({ at }) => at)), mean(young.map((one) => one[value]))] as const];
  });
  const older = lives.map((life) => life.filter(({ age }) => age >= 60).map((one) => [one.age, one[value]] as const));
  const values = samples.map((one) => one[value]);
  return {
    lives: lives.length,
    most: Math.max(...values),
    last: values.at(-1) ?? 0,
    perHourOfRun: slopeOf([sameAge]) * 3600,
    perMinuteOfLife: slopeOf(older.filter(({ length }) => length > 0)) * 60,
  };
}
