import { Option } from 'commander';

/** What every command takes. */
export interface OutputOptions {
  readonly json?: boolean;
}

/** `--json`: the result as one JSON document on standard output, and nothing else there. A new one for each command. */
export function jsonOption(): Option {
  return new Option('--json', 'print the result as one JSON document');
}

/** `--dry-run`, for commands that change something. A new one for each command. */
export function dryRunOption(): Option {
  return new Option('--dry-run', 'show what would be done, change nothing');
}

/** Prints a result: as JSON when asked for, else as text. */
export function print(result: unknown, { json }: OutputOptions, text: () => string): void {
  process.stdout.write(`${json === true ? JSON.stringify(result, null, 2) : text()}\n`);
}

/** Rows in columns as wide as they need, under a heading. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [heading, ...rows];
  const widths = heading.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
