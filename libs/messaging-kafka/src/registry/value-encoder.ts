import { InternalError, UnavailableError } from '@caas/runtime';
import { type TopicDefinition } from '../definitions/topic.js';
import { fillFrame, frame, FRAME_BYTES } from './wire-format.js';

/** Encodes the values of one topic under its registered schema. Synchronous, because it runs for every record. */
export class ValueEncoder {
  readonly #definition: TopicDefinition;
  #schemaId: number | undefined;
  #isAwaited = false;

  constructor(definition: TopicDefinition) {
    this.#definition = definition;
  }

  get contentType(): string {
    return this.#definition.format === 'avro' ? 'application/vnd.caas.avro' : 'application/vnd.caas.json';
  }

  /** Whether the id is still to come from a registry that is away. */
  get isWaiting(): boolean {
    return this.#isAwaited && this.#schemaId === undefined;
  }

  /** Called once the registry has told the id. It is for ever: what an id means never changes. */
  useSchema(schemaId: number): void {
    this.#schemaId = schemaId;
  }

  /** The registry is away, and will be asked until it tells the id. */
  awaitSchema(): void {
    this.#isAwaited = true;
  }

  /**
   * The value must be valid already. Without an id: throws a retryable `UnavailableError` (reason `REGISTRY_UNAVAILABLE`) while the registry is awaited,
   * else an `InternalError`, because nobody asked for it.
   */
  encode(value: unknown): Buffer {
    if (this.#schemaId === undefined) throw this.#withoutId();
    const { value: rendered } = this.#definition;
    if (rendered.format === 'avro') return fillFrame(rendered.codec.encode(value, FRAME_BYTES), this.#schemaId);
    return frame(this.#schemaId, Buffer.from(JSON.stringify(value)));
  }

  #withoutId(): Error {
    const { subject } = this.#definition;
    if (!this.#isAwaited) return new InternalError(`The schema of ${subject} is not registered yet.`);
    return new UnavailableError(`The schema registry has not told the id of ${subject} yet.`, {
      details: { reason: 'REGISTRY_UNAVAILABLE', retryAfterSeconds: 1 },
    });
  }
}
