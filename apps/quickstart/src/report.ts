import pc from 'picocolors';

/** Where the demo prints. */
export interface Terminal {
  write(text: string): void;
  /** Whether colours and moving bars make sense. */
  readonly interactive: boolean;
}

/** Prints the demo in 80 columns and counts failed checks. */
export interface Report {
  title(text: string): void;
  /** The closing line: whether all checks passed. */
  verdict(): void;
  /** A numbered section. */
  section(text: string): void;
  /** A claim, and whether it holds. */
  check(passed: boolean, text: string): void;
  skip(text: string): void;
  note(text: string): void;
  /** A line that is overwritten until `done`. Prints nothing without a terminal. */
  progress(text: string): void;
  done(): void;
  table(rows: readonly (readonly string[])[]): void;
  /** Number of failed checks. */
  readonly failures: number;
}

const WIDTH = 80;

export function createReport(terminal: Terminal): Report {
  const colors = pc.createColors(terminal.interactive);
  const line = (text = ''): void => terminal.write(`${text}\n`);
  let sections = 0;
  let failures = 0;
  return {
    title: (text) => line(colors.bold(text)),
    section(text): void {
      sections += 1;
      line();
      line(colors.bold(`${sections}  ${text}`));
    },
    check(passed, text): void {
      if (!passed) failures += 1;
      const [first = '', ...rest] = wrap(text, WIDTH - 5);
      line(`   ${passed ? colors.green('✓') : colors.red('✗')} ${first}`);
      for (const more of rest) line(`     ${more}`);
    },
    verdict(): void {
      line();
      if (failures === 0) line(colors.green(colors.bold('All checks passed.')));
      else line(colors.red(colors.bold(`${failures} ${failures === 1 ? 'check' : 'checks'} failed.`)));
    },
    skip: (text) => wrap(text, WIDTH - 5).forEach((part, index) => line(`   ${index === 0 ? '-' : ' '} ${part}`)),
    note: (text) => wrap(text, WIDTH - 5).forEach((part) => line(colors.dim(`     ${part}`))),
    progress(text): void {
      if (terminal.interactive) terminal.write(`\r     ${text}`);
    },
    done(): void {
      if (terminal.interactive) terminal.write(`\r${' '.repeat(WIDTH - 1)}\r`);
    },
    table(rows): void {
      const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
      rows.forEach((row, index) => {
        const cells = row.map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        );
        const text = `   ${cells.join('  ')}`.trimEnd();
        line(index === 0 ? colors.dim(text) : text);
      });
    },
    get failures(): number {
      return failures;
    },
  };
}

/** Breaks text at spaces, and a word that is too long anywhere. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width);
    const cut = space > 0 ? space : width;
    lines.push(rest.slice(0, cut));
    rest = rest.slice(cut).trimStart();
  }
  return [...lines, rest];
}

/** A bar of 30 cells with a percentage. */
export function bar(fraction: number): string {
  const filled = Math.round(Math.min(Math.max(fraction, 0), 1) * 30);
  return `[${'#'.repeat(filled)}${'.'.repeat(30 - filled)}] ${String(Math.floor(fraction * 100)).padStart(3)} %`;
}

/** Formats bytes in decimal units, as network rates and disks use them. */
export function megabytes(bytes: number): string {
  return bytes < 100_000 ? `${bytes} bytes` : `${(bytes / 1e6).toFixed(1)} MB`;
}
