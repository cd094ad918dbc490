import { readFileSync } from 'node:fs';
import { ensureStack, stopStack } from '@caas/local-stack';
import { killAfter, type StackFile } from '@caas/testing/stack';

/** Memory that three brokers and the other servers need, in MiB. */
const NEEDED_MIB = 4_096;
/** These specs are about servers that the stack starts itself. */
const env: NodeJS.ProcessEnv = { ...process.env, MONGODB_URI: '', KAFKA_BROKERS: '', SCHEMA_REGISTRY_URL: '', REDIS_URL: '' };

/**
 * Why three brokers are not started here; `undefined` when they are. Only on request: they need several minutes and the memory of everything else together.
 */
export function noCluster(): string | undefined {
  if (process.env['CAAS_DRILL'] !== '1') return 'brokers are killed with CAAS_DRILL=1 only';
  const freeMib = availableMib();
  return freeMib < NEEDED_MIB ? `three brokers need ${NEEDED_MIB} MiB of memory, ${freeMib} are available` : undefined;
}

/** Three brokers with TLS and everything else, of one spec. */
export class SpecCluster {
  readonly #name: string;
  #stack: StackFile;

  private constructor(name: string, stack: StackFile) {
    this.#name = name;
    this.#stack = stack;
  }

  static async start(name: string): Promise<SpecCluster> {
    return new SpecCluster(name, await ensureStack({ name, env, brokers: 3, tls: true }));
  }

  get stack(): StackFile {
    return this.#stack;
  }

  /** SIGKILLs brokers, and resolves when they are gone. */
  async kill(...brokers: readonly string[]): Promise<void> {
    const doomed = this.#stack.processes.filter(({ name }) => brokers.includes(name));
    if (doomed.length !== brokers.length) throw new Error(`There are not all of ${brokers.join(', ')}.`);
    await Promise.all(doomed.map((broker) => killAfter(Promise.resolve(), broker)));
  }

  /** Starts again what was killed, with its data and its port. */
  async repair(): Promise<void> {
    this.#stack = await ensureStack({ name: this.#name, env });
  }

  /** Leaves no process and no data behind. */
  async remove(): Promise<void> {
    await stopStack(this.#name, { deleteData: true });
  }
}

/** `free` counts memory that caches hold as used; this does not. */
function availableMib(): number {
  try {
    const [, kib] = /^MemAvailable:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8')) ?? [];
    return Math.floor(Number(kib) / 1_024);
  } catch {
    return Infinity; // no Linux: try
  }
}
