import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { identityOf, type ProcessRef } from '../stack/process-identity.js';
import { waitUntil } from './wait-until.js';

/** A busy machine takes its time to start a process. */
const READY_WITHIN_MS = 90_000;

/** A child process of a spec or drill: its output is kept, its end can be awaited. */
export class AppProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #output = '';

  /** Starts the command with this environment and `PATH`, and nothing else of ours. */
  constructor(command: string, args: readonly string[], env: Readonly<Record<string, string>>) {
    this.#child = spawn(command, args, { env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#exited = once(this.#child, 'exit');
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    }
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('the process did not start');
    return this.#child.pid;
  }

  /** For {@link freeze} and {@link killAfter}. */
  get ref(): ProcessRef {
    return { pid: this.pid, identity: identityOf(this.pid) ?? '' };
  }

  /** Everything it wrote so far. */
  get output(): string {
    return this.#output;
  }

  get exited(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Sends a signal and waits for the end; answers the exit code, `null` after a signal. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (!this.exited) {
      this.#child.kill(signal);
      this.#child.kill('SIGCONT'); // one that a drill froze
    }
    return this.ended();
  }

  /** Waits for the end that comes by itself. */
  async ended(): Promise<number | null> {
    if (!this.exited) await this.#exited;
    return this.#child.exitCode;
  }

  /** Resolves when a probe answers 200; rejects with the output when the process ends before. */
  async ready(url: string): Promise<void> {
    const ask = async (): Promise<true | undefined> => {
      if (this.exited) throw new Error(`the process ended while starting:\n${this.#output.slice(-4_000)}`);
      return fetch(`${url}/ready`).then(
        (response) => response.ok || undefined,
        () => undefined,
      );
    };
    await waitUntil(`${url} answers`, ask, { timeoutMs: READY_WITHIN_MS });
  }
}
