import { type Db, type Document } from 'mongodb';
import { InternalError } from '@caas/runtime';
import { type ServerCapabilities } from '../capabilities/server-capabilities.js';
import { translateDriverError } from '../repository/driver-errors.js';
import { shapeOf } from './query-shape.js';
import { type QueryShape } from './query-shape.js';

/** 0 off, 1 slow operations, 2 everything. */
export type ProfilingLevel = 0 | 1 | 2;

/** One slow operation as the server recorded it. Values are gone. */
export interface ProfiledOperation {
  readonly namespace: string;
  readonly shape: QueryShape;
  readonly elapsedMs: number;
  readonly docsExamined: number;
  readonly returned: number;
  readonly collectionScan: boolean;
  readonly sortedInMemory: boolean;
  readonly at: Date;
}

export interface SlowQueryOptions {
  /** 1–1 000; 100 unless given. */
  readonly limit?: number;
  /** Milliseconds; all that were recorded unless given. */
  readonly slowMs?: number;
}

const SLOW_MS = 100;
/** Recording everything slows the server down; it ends by itself. */
const EVERYTHING_MS = 10 * 60_000;

/** The server's own record of slow operations, of any process and for one database each. Needs the capability `profiler`. */
export class Profiler {
  readonly #database: (name: string) => Db;
  readonly #capabilities: ServerCapabilities;
  readonly #reverts = new Map<string, NodeJS.Timeout>();

  constructor({ database, capabilities }: { database: (name: string) => Db; capabilities: ServerCapabilities }) {
    this.#database = database;
    this.#capabilities = capabilities;
  }

  /**
   * Sets what the database records. Level 2 falls back to 1 after ten minutes, as long as this process runs. Throws `InternalError` where the server has no
   * profiler.
   */
  async enable(database: string, { level, slowMs = SLOW_MS }: { level: ProfilingLevel; slowMs?: number }): Promise<void> {
    this.#require();
    clearTimeout(this.#reverts.get(database));
    this.#reverts.delete(database);
    await this.#run(database, { profile: level, slowms: slowMs });
    if (level < 2) return;
    const revert = setTimeout(() => void this.#run(database, { profile: 1, slowms: slowMs }).catch(() => undefined), EVERYTHING_MS);
    this.#reverts.set(database, revert.unref());
  }

  /** What was recorded, the slowest first. */
  async slowest(database: string, { limit = 100, slowMs = 0 }: SlowQueryOptions = {}): Promise<ProfiledOperation[]> {
    this.#require();
    const find = {
      find: 'system.profile',
      filter: { millis: { $gte: slowMs }, ns: { $ne: `${database}.system.profile` } },
      sort: { millis: -1 },
      limit: Math.min(Math.max(1, limit), 1_000),
      singleBatch: true,
    };
    const { cursor } = await this.#run(database, find);
    return (cursor as { firstBatch: Document[] }).firstBatch.flatMap((row) => profiledOperation(row));
  }

  async #run(database: string, command: Document): Promise<Document> {
    try {
      return await this.#database(database).command(command, { timeoutMS: 5_000 });
    } catch (error) {
      throw translateDriverError(error, { collection: 'system.profile', operation: 'profile' });
    }
  }

  #require(): void {
    if (!this.#capabilities.profiler) throw new InternalError('The server has no profiler.', { details: { reason: 'capability_missing' } });
  }
}

/** Reads a row of `system.profile`; what is neither a read nor a write of documents is left out. */
export function profiledOperation(row: Document): ProfiledOperation[] {
  const command = (row['command'] ?? {}) as Document;
  const [method] = ['find', 'aggregate', 'count', 'distinct', 'findAndModify', 'update', 'delete'].filter((name) => name in command);
  const name = method ?? (['update', 'remove'].includes(String(row['op'])) ? String(row['op']) : undefined);
  if (name === undefined) return [];
  const stages = (command['pipeline'] ?? []) as readonly Document[];
  const filter: unknown =
    command['filter'] ?? command['query'] ?? command['q'] ?? stages.find((stage) => '$match' in stage)?.['$match'] ?? {};
  const sort: unknown = command['sort'] ?? stages.find((stage) => '$sort' in stage)?.['$sort'];
  return [
    {
      namespace: String(row['ns']),
      shape: shapeOf({ method: name, filter, sort, skip: Number(command['skip'] ?? 0) }),
      elapsedMs: Number(row['millis'] ?? 0),
      docsExamined: Number(row['docsExamined'] ?? 0),
      returned: Number(row['nreturned'] ?? 0),
      collectionScan: String(row['planSummary'] ?? '').includes('COLLSCAN'),
      sortedInMemory: row['hasSortStage'] === true,
      at: row['ts'] instanceof Date ? row['ts'] : new Date(0),
    },
  ];
}
