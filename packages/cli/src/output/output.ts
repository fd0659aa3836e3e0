import { escapeText } from './escape-text.ts';
import { openDescriptor, type ProcessStream } from './descriptor.ts';

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
