import { AsyncLocalStorage } from 'node:async_hooks';
import { type ClientSession, type MongoClient, MongoError, ReadConcern, ReadPreference } from 'mongodb';
import { AppError, type Logger, UnavailableError } from '@caas/runtime';
import { translateDriverError } from '../repository/driver-errors.js';
import { type ServerCapabilities } from '../capabilities/server-capabilities.js';
import { WRITE_PRESETS } from './write-presets.js';

/** How often a whole transaction is tried before its caller hears of the conflicts. */
const ATTEMPTS_MAX = 3;

/** Runs work in transactions; the session travels implicitly with asynchronous work. */
export class Transactions {
  readonly #client: MongoClient;
  readonly #capabilities: ServerCapabilities;
  readonly #logger: Logger;
  readonly #sessions = new AsyncLocalStorage<ClientSession>();

  constructor(client: MongoClient, { capabilities, logger }: { capabilities: ServerCapabilities; logger: Logger }) {
    this.#client = client;
    this.#capabilities = capabilities;
    this.#logger = logger;
  }

  /** The session of the transaction that the running code belongs to. */
  current(): ClientSession | undefined {
    return this.#sessions.getStore();
  }

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.current() !== undefined || !this.#capabilities.transactions) return work();
    const session = this.#client.startSession();
    try {
      return await this.#attempt(session, work);
    } catch (error) {
      throw translateDriverError(error, { collection: 'several', operation: 'transaction' });
    } finally {
      await session.endSession();
    }
  }

  async #attempt<Result>(session: ClientSession, work: () => Promise<Result>): Promise<Result> {
    let attempts = 0;
    return session.withTransaction(
      async () => {
        attempts += 1;
        // Conflicts of the commit never pass through here, and the driver would go on for two minutes.
        if (attempts > ATTEMPTS_MAX) throw gaveUp();
        try {
          return await this.#sessions.run(session, work);
        } catch (error) {
          throw this.#repeatable(error, attempts);
        }
      },
      {
        readConcern: new ReadConcern('snapshot'),
        readPreference: ReadPreference.primary,
        writeConcern: WRITE_PRESETS.SAFE,
      },
    );
  }

  /**
   * The driver repeats the body for errors of its own that carry the label; ours hide it in `cause`. Handing the cause out makes it repeat, and
   * handing out ours ends it: after the last attempt, and for everything else.
   */
  #repeatable(error: unknown, attempts: number): unknown {
    const cause = error instanceof AppError ? error.cause : error;
    const transient = cause instanceof MongoError && cause.hasErrorLabel('TransientTransactionError');
    if (!transient) return error;
    this.#logger.debug({ attempts }, 'transaction met a conflict');
    if (attempts < ATTEMPTS_MAX) return cause;
    return error instanceof AppError ? error : translateDriverError(error, { collection: 'several', operation: 'transaction' });
  }
}

function gaveUp(): UnavailableError {
  return new UnavailableError(`A transaction met conflicts ${ATTEMPTS_MAX} times.`, {
    details: { reason: 'write_conflict', retryAfterSeconds: 1 },
  });
}
