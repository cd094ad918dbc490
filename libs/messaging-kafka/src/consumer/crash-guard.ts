import { type CrashMarkers, type Logger, PoisonPillError } from '@caas/runtime';
import { type RawRecord } from './raw-record.js';

/** How often a record may end the process that handles it before it counts as poison. */
const DEATHS_MAX = 2;

/** What is known of the beginning of a partition. */
export interface Arrival {
  /** A process died here: handle records one by one, each under a marker of its own. */
  readonly isSuspect: boolean;
  /** The first record ended the process twice. */
  readonly poison?: PoisonPillError;
}

/**
 * Finds the record that ends every process which handles it. A member that takes a partition over notes where it begins, and ends the note once its first
 * chunk is worked on, whatever came of it; a note that is still there tells of a death. Then records are handled one by one, so that the next
 * death has a name. Costs one call a partition and assignment. Without an answer of the store nothing is suspected.
 */
export class CrashGuard {
  readonly #options: { readonly markers: CrashMarkers; readonly group: string; readonly logger: Logger };

  constructor(options: { markers: CrashMarkers; group: string; logger: Logger }) {
    this.#options = options;
  }

  async begin(record: RawRecord): Promise<Arrival> {
    const { markers, group, logger } = this.#options;
    try {
      const deaths = await markers.begin(this.#nameOf(record));
      if (deaths === 0) return { isSuspect: false };
      const { topic, partition, offset } = record;
      logger.warn({ group, topic, partition, offset, deaths }, 'a process died here before');
      if (deaths < DEATHS_MAX) return { isSuspect: true };
      return { isSuspect: true, poison: new PoisonPillError(`The process that handled this record died ${deaths} times.`) };
    } catch (error) {
      logger.warn({ err: error, group }, 'crash markers do not answer');
      return { isSuspect: false };
    }
  }

  async end(record: RawRecord): Promise<void> {
    const { markers, group, logger } = this.#options;
    await markers.end(this.#nameOf(record)).catch((error: unknown) => logger.warn({ err: error, group }, 'crash markers do not answer'));
  }

  #nameOf({ topic, partition, offset }: RawRecord): string {
    return `${this.#options.group}/${topic}/${partition}/${offset}`;
  }
}
