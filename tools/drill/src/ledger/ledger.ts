import { closeSync, fdatasync, openSync, readFileSync, write } from 'node:fs';
import { promisify } from 'node:util';
import { type Entry } from './entry.js';

const writeLine = promisify(write);
const sync = promisify(fdatasync);

/**
 * The driver's own record of what it asked for and what it was told: JSON Lines in a file. {@link append} resolves when the line is on disk; lines that
 * arrive while a write is under way go together with the next one.
 */
export class Ledger {
  readonly path: string;
  readonly #file: number;
  readonly #entries: Entry[] = [];
  #waiting: string[] = [];
  #flushed: Promise<void> | undefined;

  constructor(path: string) {
    this.path = path;
    this.#file = openSync(path, 'wx', 0o600);
  }

  /** All entries so far, in order. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** Resolves when the entry is on disk. Rejects when it could not be written; nothing may be sent then. */
  append(entry: Entry): Promise<void> {
    this.#entries.push(entry);
    this.#waiting.push(JSON.stringify(entry));
    // Whoever comes while a write runs waits for the one after it.
    this.#flushed ??= this.#writing.then(() => this.#flush());
    return this.#flushed;
  }

  /** Writes what waits and closes the file. */
  async close(): Promise<void> {
    await this.#flushed;
    await this.#writing;
    closeSync(this.#file);
  }

  #writing: Promise<void> = Promise.resolve();

  #flush(): Promise<void> {
    const text = this.#waiting.map((line) => `${line}\n`).join('');
    this.#waiting = [];
    this.#flushed = undefined;
    this.#writing = writeLine(this.#file, text).then(() => sync(this.#file));
    return this.#writing;
  }
}

/** The entries of a ledger that an earlier run left. The last line may be torn; it was not acknowledged then, and is left out. */
export function readLedger(path: string): Entry[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  lines.pop(); // empty, or torn
  return lines.map((line) => JSON.parse(line) as Entry);
}
