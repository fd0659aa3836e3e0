import { fstatSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { escapeText } from './format.ts';

/** Where a stream of the process goes, and the stream itself for when it is needed. */
export interface ProcessStream {
  readonly fd: 1 | 2;
  readonly open: () => Writable & { readonly isTTY?: boolean; readonly columns?: number };
}

/** What an output needs of a stream. */
export interface Descriptor {
  readonly isTerminal: boolean;
  columns(): number;
  write(data: string | Uint8Array): Promise<void>;
}

/**
 * Writes to a descriptor itself where it is a file or a pipe: Node's own streams load its network code, which takes a start
 * longer than to sign. Both are synchronous there, so nothing else differs.
 */
export function openDescriptor({ fd, open }: ProcessStream): Descriptor {
  // A terminal is a character device, and so are a few others, which the stream tells apart.
  let stream = isCharacterDevice(fd) ? opened(open) : undefined;
  return {
    isTerminal: stream?.isTTY === true,
    columns: () => stream?.columns ?? 0,
    async write(data) {
      let rest = typeof data === 'string' ? Buffer.from(data) : data;
      while (stream === undefined && rest.length > 0) {
        try {
          rest = rest.subarray(writeSync(fd, rest));
        } catch (error) {
          // A pipe that somebody made non-blocking is full: the stream knows how to wait.
          if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
          stream = opened(open);
        }
      }
      if (stream !== undefined) await writeTo(stream, rest);
    },
  };
}

function isCharacterDevice(fd: number): boolean {
  try {
    return fstatSync(fd).isCharacterDevice();
  } catch {
    // A closed descriptor is no terminal either.
    return false;
  }
}

function opened(open: ProcessStream['open']): ReturnType<ProcessStream['open']> {
  const stream = open();
  // Each write reports its own failure; without a listener Node would also throw it.
  stream.on('error', () => {});
  return stream;
}

function writeTo(stream: Writable, data: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(data, (error) => (error ? reject(error) : resolve()));
  });
}

/** One of the two streams that the process writes to. */
export interface Output {
  readonly isTerminal: boolean;
  /** Whether it is a terminal that can write a line anew. */
  readonly canErase: boolean;
  /** Columns of the terminal; 80 where there is none. */
  readonly columns: number;
  /** Writes as it is; resolves when the stream wants more. */
  write(text: string | Uint8Array): Promise<void>;
  /** Writes a line, with control and bidirectional characters escaped: on a terminal, and always on stderr. */
  line(text: string): Promise<void>;
}

/** Makes an output of one of the process's streams. */
export function createOutput(
  stream: ProcessStream,
  env: Readonly<Record<string, string | undefined>>,
  options: { readonly alwaysEscape?: boolean } = {},
): Output {
  const descriptor = openDescriptor(stream);
  const { isTerminal } = descriptor;
  return {
    isTerminal,
    canErase: isTerminal && env['TERM'] !== 'dumb',
    get columns() {
      // A terminal that does not know its size says 0.
      return descriptor.columns() || 80;
    },
    write: (text) => descriptor.write(text),
    line: (text) => descriptor.write(`${isTerminal || options.alwaysEscape === true ? escapeText(text) : text}\n`),
  };
}
