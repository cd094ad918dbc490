import { InternalError } from '@caas/runtime';
import { type TopicDefinition } from '../definitions/topic.js';
import { fillFrame, frame, FRAME_BYTES } from './wire-format.js';

/** Encodes the values of one topic under its registered schema. Synchronous, because it runs for every record. */
export class ValueEncoder {
  readonly #definition: TopicDefinition;
  #schemaId: number | undefined;

  constructor(definition: TopicDefinition) {
    this.#definition = definition;
  }

  get contentType(): string {
    return this.#definition.format === 'avro' ? 'application/vnd.caas.avro' : 'application/vnd.caas.json';
  }

  /** Called once the registry has told the id. */
  useSchema(schemaId: number): void {
    this.#schemaId = schemaId;
  }

  /** Throws an `InternalError` before the schema is registered; the value must be valid already. */
  encode(value: unknown): Buffer {
    if (this.#schemaId === undefined) throw new InternalError(`The schema of ${this.#definition.subject} is not registered yet.`);
    const { value: rendered } = this.#definition;
    if (rendered.format === 'avro') return fillFrame(rendered.codec.encode(value, FRAME_BYTES), this.#schemaId);
    return frame(this.#schemaId, Buffer.from(JSON.stringify(value)));
  }
}
