import { setImmediate as nextTurn } from 'node:timers/promises';
import { BSON, type ChangeStream, type ChangeStreamOptions, type Document, MongoServerError, Timestamp } from 'mongodb';
import { type StoredDocument } from '../definition/document-codec.js';
import { translateDriverError } from '../repository/driver-errors.js';
import { type ChangeOperation } from '../repository/watch.js';
import { namespacePatterns, type NamespaceOptions } from '../tenancy/namespaces.js';
import {
  type ChangeBatch,
  type ChangeSource,
  HistoryLostError,
  type OpenChanges,
  type SourceChange,
  type SourceQuery,
} from './change-source.js';

/** Opens a change stream of the driver: of the deployment in production. */
export type OpenDriverStream = (pipeline: Document[], options: ChangeStreamOptions) => ChangeStream;

export interface DriverSourceOptions extends NamespaceOptions {
  readonly open: OpenDriverStream;
  readonly batchSize: number;
  /** Milliseconds that the server waits for changes. */
  readonly maxAwaitMs: number;
  readonly preImages: boolean;
}

/** ChangeStreamHistoryLost, ChangeStreamFatalError, InvalidResumeToken, CappedPositionLost, OplogOutOfBounds of relatives. */
const HISTORY_LOST = new Set([286, 280, 260, 136]);

/** Changes as the server's change streams tell them. */
export class DriverChangeSource implements ChangeSource {
  readonly #options: DriverSourceOptions;

  constructor(options: DriverSourceOptions) {
    this.#options = options;
  }

  async open({ collections, operations, from }: SourceQuery): Promise<OpenChanges> {
    const { batchSize, maxAwaitMs, preImages } = this.#options;
    const places = collections.flatMap((definition) => namespacePatterns(definition, this.#options));
    const match = {
      operationType: { $in: [...operations] },
      $or: places.map(({ database, collection }) => ({ 'ns.db': database, 'ns.coll': collection })),
    };
    const stream = this.#options.open([{ $match: match }], {
      fullDocument: 'updateLookup',
      ...(preImages && collections.some((definition) => definition.preImages) ? { fullDocumentBeforeChange: 'whenAvailable' } : {}),
      ...startOf(from),
      batchSize,
      maxAwaitTimeMS: maxAwaitMs,
    });
    const changes = new DriverChanges(stream, batchSize);
    await changes.begin();
    return changes;
  }
}

function startOf(from: SourceQuery['from']): ChangeStreamOptions {
  if (from === undefined) return {};
  if ('token' in from) return { resumeAfter: BSON.EJSON.parse(from.token) as unknown };
  return { startAtOperationTime: new Timestamp({ t: Math.floor(from.operationTime.getTime() / 1_000), i: 1 }) };
}

/** One look at the stream: a change, or nothing for a while; and where the stream stood then. */
interface Look {
  readonly change: SourceChange | undefined;
  readonly token: string | undefined;
}

class DriverChanges implements OpenChanges {
  position: OpenChanges['position'] = { token: undefined, operationTime: undefined };
  readonly #stream: ChangeStream;
  readonly #batchSize: number;
  /** The look that nobody has taken yet. */
  #ahead: Promise<Look> | undefined;

  constructor(stream: ChangeStream, batchSize: number) {
    this.#stream = stream;
    this.#batchSize = batchSize;
  }

  /** The driver opens the cursor with the first look only; a lost history shows then. */
  async begin(): Promise<void> {
    const look = await this.#peek();
    if (look.change === undefined) this.#take(look);
  }

  async next(): Promise<ChangeBatch> {
    const changes: SourceChange[] = [];
    // The first look waits for news, further ones take what came with it: a look that has to ask the server stays for the next batch.
    for (let look: Look | undefined = await this.#peek(); look !== undefined; look = await this.#peekNow()) {
      this.#take(look);
      if (look.change === undefined) break;
      if (changes.push(look.change) === this.#batchSize) break;
    }
    return { changes, position: this.position };
  }

  async close(): Promise<void> {
    this.#ahead?.catch(() => undefined);
    await this.#stream.close();
  }

  #take({ change, token }: Look): void {
    this.#ahead = undefined;
    this.position = { token: token ?? this.position.token, operationTime: change?.at ?? this.position.operationTime };
  }

  #peek(): Promise<Look> {
    this.#ahead ??= this.#look();
    return this.#ahead;
  }

  /** A look that needs no answer from the server. */
  #peekNow(): Promise<Look | undefined> {
    return Promise.race([this.#peek(), nextTurn(undefined)]);
  }

  async #look(): Promise<Look> {
    try {
      const event = (await this.#stream.tryNext()) as DriverEvent | null;
      const token = this.#stream.resumeToken;
      return {
        change: event === null ? undefined : changeOf(event),
        token: token === undefined || token === null ? undefined : BSON.EJSON.stringify(token),
      };
    } catch (error) {
      await this.#stream.close();
      if (error instanceof MongoServerError && typeof error.code === 'number' && HISTORY_LOST.has(error.code))
        throw new HistoryLostError(error);
      throw translateDriverError(error, { collection: 'all', operation: 'change_stream' });
    }
  }
}

/** The part of an event of the four operations that is read here. */
interface DriverEvent {
  readonly _id: unknown;
  readonly operationType: ChangeOperation;
  readonly ns: { readonly db: string; readonly coll: string };
  readonly documentKey: { readonly _id: string };
  readonly fullDocument?: StoredDocument | null;
  readonly fullDocumentBeforeChange?: StoredDocument | null;
  readonly updateDescription?: { readonly updatedFields?: Document; readonly removedFields?: readonly string[] };
  readonly clusterTime?: Timestamp;
}

function changeOf(event: DriverEvent): SourceChange {
  const { updateDescription: update, clusterTime } = event;
  return {
    token: BSON.EJSON.stringify(event._id),
    operation: event.operationType,
    database: event.ns.db,
    collection: event.ns.coll,
    id: event.documentKey._id,
    document: event.fullDocument ?? undefined,
    before: event.fullDocumentBeforeChange ?? undefined,
    paths: [...Object.keys(update?.updatedFields ?? {}), ...(update?.removedFields ?? [])],
    at: clusterTime === undefined ? undefined : new Date(clusterTime.getHighBits() * 1_000),
  };
}
