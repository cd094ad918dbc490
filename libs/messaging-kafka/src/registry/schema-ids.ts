import { isRetryable, type Logger } from '@caas/runtime';
import { Housekeeping } from '../consumer/housekeeping.js';
import { type SchemaMode } from '../client/types.js';
import { hasSchema, type TopicDefinition } from '../definitions/topic.js';
import { type SchemaCatalogue } from './schema-catalogue.js';

const RETRY_MS = 1_000;

/**
 * Finds the ids of a process's schemas when it starts. While the registry is away the process starts all the same: producers refuse with a retryable
 * error, and the registry is asked every second until it answers. What the registry refuses is an error of this build, and ends the start.
 */
export class SchemaIds {
  readonly #schemas: SchemaCatalogue;
  readonly #logger: Logger;
  readonly #chores: Housekeeping;

  constructor({ schemas, logger }: { schemas: SchemaCatalogue; logger: Logger }) {
    this.#schemas = schemas;
    this.#logger = logger;
    this.#chores = new Housekeeping((error) => logger.error({ err: error }, 'schemas cannot be used'));
  }

  /** Resolves when the ids are known, or the registry is away. Rejects with `ConflictError` or `NotFoundError` naming the subjects. */
  async find(definitions: readonly TopicDefinition[], mode: SchemaMode): Promise<void> {
    if (mode === 'later') return;
    const ask = (): Promise<unknown> =>
      mode === 'register' ? this.#schemas.registerAll(definitions) : this.#schemas.lookupAll(definitions);
    try {
      await ask();
    } catch (error) {
      if (!isRetryable(error)) throw error;
      this.#logger.warn({ err: error }, 'the schema registry is away; producers wait for it');
      for (const definition of definitions.filter(hasSchema)) this.#schemas.encoderOf(definition).awaitSchema();
      this.#again(ask);
    }
  }

  close(): void {
    this.#chores.end();
  }

  #again(ask: () => Promise<unknown>): void {
    this.#chores.after(RETRY_MS, async () => {
      try {
        await ask();
        this.#logger.info('the schema registry is back');
      } catch (error) {
        if (!isRetryable(error)) throw error;
        this.#again(ask);
      }
    });
  }
}
