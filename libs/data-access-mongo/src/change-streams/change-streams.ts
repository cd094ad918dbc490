import { InternalError, type Logger } from '@caas/runtime';
import { RETRY_PRESETS } from '../client/retry-presets.js';
import { type NamespaceOptions } from '../tenancy/namespaces.js';
import { type ChangeSource } from './change-source.js';
import { type StreamDefinition } from './define-stream.js';
import { eventReader } from './stream-event.js';
import { judgeStream, type StreamHealth } from './stream-health.js';
import { type RunnerParts, StreamRunner, type StreamTimes } from './stream-runner.js';

/** Production's times: a killed owner is replaced within 20 s, a position is at most a second old. */
export const STREAM_TIMES: StreamTimes = {
  leaseMs: 15_000,
  heartbeatMs: 4_000,
  marginMs: 5_000,
  standbyMs: 5_000,
  saveEveryMs: 1_000,
  retry: { attemptsMax: 5, delayInitialMs: 200, delayMaxMs: 5_000 },
  reopen: RETRY_PRESETS.STANDARD,
};

export interface ChangeStreamsParts extends Omit<RunnerParts, 'source' | 'readEvent'>, NamespaceOptions {
  /** Absent where the server has none that covers all databases: then streams are degraded and say so. */
  readonly source: ChangeSource | undefined;
}

/**
 * The change streams of a process: one per kind for the whole deployment, whatever the tenants' isolation, and never one per tenant. Each is followed
 * by one process at a time; the others stand by.
 */
export class ChangeStreams {
  readonly #parts: ChangeStreamsParts;
  readonly #logger: Logger;
  readonly #streams = new Map<string, { readonly definition: StreamDefinition; runner?: StreamRunner }>();
  #state: 'idle' | 'started' | 'stopped' = 'idle';

  constructor(parts: ChangeStreamsParts) {
    this.#parts = parts;
    this.#logger = parts.logger;
  }

  /**
   * Adds a stream. Before {@link start} it is opened then, afterwards at once: resolves when it was tried once, or at once before the start. Throws
   * `InternalError` for a name that is taken and after the stop.
   */
  async register(definition: StreamDefinition): Promise<void> {
    const { name } = definition;
    if (this.#streams.has(name)) throw new InternalError(`There are two change streams "${name}".`);
    if (this.#state === 'stopped') throw new InternalError('The change streams have stopped.');
    this.#streams.set(name, { definition });
    if (this.#state === 'started') await this.#open(name);
  }

  /** Opens every registered stream; resolves when each was tried once. One that fails is opened again with pauses and shows in {@link health}. */
  async start(): Promise<void> {
    if (this.#state !== 'idle') throw new InternalError('The change streams have been started before.');
    this.#state = 'started';
    await Promise.all([...this.#streams.keys()].map((name) => this.#open(name)));
  }

  /** Ends all after the batches under way, with their positions saved. Safe without a start, and again. */
  async stop(): Promise<void> {
    this.#state = 'stopped';
    await Promise.all([...this.#streams.values()].map(async ({ runner }) => runner?.stop()));
  }

  /** Every registered stream. */
  health(): StreamHealth[] {
    return [...this.#streams.values()].map(({ definition: { name }, runner }) => {
      const state = this.#state === 'started' ? 'unsupported' : 'stopped';
      return runner?.health() ?? judgeStream({ name, state, lagSeconds: 0, restarts: 0, deadLetters: 0 });
    });
  }

  async #open(name: string): Promise<void> {
    const stream = this.#streams.get(name);
    const { source } = this.#parts;
    if (stream === undefined) return;
    if (source === undefined) {
      this.#logger.error({ stream: name }, 'the change stream cannot run: this server has none over all databases');
      return;
    }
    const { definition } = stream;
    stream.runner = new StreamRunner(definition, { ...this.#parts, source, readEvent: eventReader(definition.collections, this.#parts) });
    await stream.runner.start();
  }
}
