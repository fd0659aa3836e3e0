import { fstatSync, readFileSync, statSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { redactText } from '@ossgrant/signer-core';
import { escapeText } from './format.ts';

/** An output stream of the process: its descriptor, and the stream itself, opened when needed. */
export interface ProcessStream {
  readonly fd: 1 | 2;
  readonly open: () => Writable & { readonly isTTY?: boolean; readonly columns?: number };
}

/** The part of a stream that an output needs. */
export interface Descriptor {
  readonly isTerminal: boolean;
  columns(): number;
  write(data: string | Uint8Array): Promise<void>;
}

/**
 * Writes directly to a descriptor that is a file or a pipe: Node's own streams load its network code, which takes longer than
 * signing a link. Both are synchronous there, so nothing else differs.
 */
export function openDescriptor({ fd, open }: ProcessStream): Descriptor {
  // A terminal is a character device, but so are a few others; the stream knows which.
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
          // A non-blocking pipe is full: the stream knows how to wait.
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
    // A closed descriptor is not a terminal either.
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
  /** Whether it is a terminal that can rewrite a line. */
  readonly canErase: boolean;
  /** Columns of the terminal; 80 without one. */
  readonly columns: number;
  /** Whether the process was started without this stream, as by `>&-`: output to it is lost. Known on Linux only. */
  isClosed(): boolean;
  /** Writes without escaping; resolves when the stream is ready for more. */
  write(text: string | Uint8Array): Promise<void>;
  /**
   * Writes a line. Control and bidirectional characters are escaped on a terminal, and always on stderr, where signatures and tokens
   * are redacted as well: text that a user gave may quote a damaged link.
   */
  line(text: string): Promise<void>;
}

// Node opens /dev/null for reading and writing in place of a closed stream; a shell opens it for writing only.
function isNullDevice(fd: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1];
    const isReadWrite = flags !== undefined && (Number.parseInt(flags, 8) & 3) === 2;
    return isReadWrite && fstatSync(fd).rdev === statSync('/dev/null').rdev;
  } catch {
    return false;
  }
}

/** Creates an output for one of the process's streams. */
export function createOutput(
  stream: ProcessStream,
  env: Readonly<Record<string, string | undefined>>,
  options: { readonly isDiagnostic?: boolean } = {},
): Output {
  const descriptor = openDescriptor(stream);
  const { isTerminal } = descriptor;
  return {
    isTerminal,
    canErase: isTerminal && env['TERM'] !== 'dumb',
    get columns() {
      // A terminal of unknown size reports 0.
      return descriptor.columns() || 80;
    },
    isClosed: () => isNullDevice(stream.fd),
    write: (text) => descriptor.write(text),
    line: (text) => {
      const shown = options.isDiagnostic === true ? redactText(text) : text;
      return descriptor.write(`${isTerminal || options.isDiagnostic === true ? escapeText(shown) : shown}\n`);
    },
  };
}
