import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const READY_WITHIN_MS = 60_000;

/** A process that is measured. */
export class MeasuredProcess {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #output = '';

  /** Starts `node …args` with this environment and nothing else of ours. */
  constructor(name: string, args: readonly string[], env: Readonly<Record<string, string>>) {
    this.name = name;
    this.#child = spawn(process.execPath, args, { env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#exited = once(this.#child, 'exit');
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output = (this.#output + text).slice(-10_000)));
    }
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.name} did not start`);
    return this.#child.pid;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** User and system time so far, in microseconds; the kernel counts in steps of 10 ms. */
  cpuMicros(): number {
    const fields = readFileSync(`/proc/${this.pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  }

  /** Resident memory in bytes. */
  rssBytes(): number {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes) * 1_024;
  }

  /** Resolves when `url` answers 2xx. Throws with what the process wrote when it ends instead, or takes a minute. */
  async ready(url: string): Promise<void> {
    for (const started = performance.now(); ;) {
      if (performance.now() - started > READY_WITHIN_MS) throw new Error(`${this.name} does not become ready:\n${this.#output}`);
      if (this.hasEnded) throw new Error(`${this.name} ended while starting:\n${this.#output}`);
      const isReady = await fetch(url).then(
        (response) => response.ok,
        () => false,
      );
      if (isReady) return;
      await delay(10);
    }
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (!this.hasEnded) this.#child.kill(signal);
    await this.#exited;
  }
}
