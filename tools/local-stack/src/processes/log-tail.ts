import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const READ_BYTES = 16 * 1024;

/** The last lines of a log, none when there is no such file; `secrets` are masked, since logs end up in issue reports. */
export function logTail(path: string, secrets: readonly string[] = [], lines = 20): string[] {
  return lastBytes(path)
    .split('\n')
    .map((line) => secrets.reduce((masked, secret) => masked.replaceAll(secret, '***'), line.trimEnd()))
    .filter((line) => line !== '')
    .slice(-lines);
}

function lastBytes(path: string): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return '';
  }
  try {
    const buffer = Buffer.alloc(READ_BYTES);
    const { size } = fstatSync(file);
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, READ_BYTES, Math.max(0, size - READ_BYTES)));
  } finally {
    closeSync(file);
  }
}
