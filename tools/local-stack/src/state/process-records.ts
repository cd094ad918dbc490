import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { StackProcess } from '@caas/testing/stack';
import { writePrivateFile } from './write-file.js';

/** What is remembered of a spawned process: `kind` tells which of a server's variants it is (`mongod` or the stand-in). */
export interface ProcessRecord extends StackProcess {
  readonly kind: string;
}

/**
 * The journal of spawned processes: a file each, written right after the spawn and removed when the process is known to be
 * gone. It is what makes sure that nothing is left running when the command that started a server was itself killed.
 */
export function recordProcess(folder: string, record: ProcessRecord): void {
  writePrivateFile(join(folder, `${record.name}.json`), JSON.stringify(record, null, 2));
}

/** Forgets a process that is gone. */
export function forgetProcess(folder: string, name: string): void {
  rmSync(join(folder, `${name}.json`), { force: true });
}

/** All processes that were spawned and not forgotten, running or not. */
export function processRecords(folder: string): ProcessRecord[] {
  return list(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as ProcessRecord)
    .sort((a, b) => a.name.localeCompare(b.name));
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
