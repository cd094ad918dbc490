import { type PoisonPillError } from '@caas/runtime';
import { type Envelope } from '../definitions/envelope.js';
import { type TracedRecord } from '../retry/retry-headers.js';
import { type FetchedBatch } from './fetched-batch.js';
import { type OffsetTracker } from './offset-tracker.js';
import { type RawRecord } from './raw-record.js';
import { type RecordDecoder } from './record-decoder.js';
import { type ConsumerContext, type DecodedRecord } from './types.js';

/** How a record left the consumer. */
export type RecordResult = 'ok' | 'duplicate' | 'rejected' | 'retried' | 'dlq' | 'skipped';

/** Where the records of a chunk come from. */
export interface ChunkPlace {
  readonly batch: FetchedBatch;
  readonly tracker: OffsetTracker;
  /** `undefined` for a topic that the group does not read. */
  decoderOf(topic: string): { readonly decoder: Pick<RecordDecoder, 'decode'>; readonly family: string } | undefined;
  readonly signal: AbortSignal;
  /** Set when the record of this chunk, which is the only one, ended the process before: no handler may see it again. */
  readonly poison?: PoisonPillError;
}

/** A record as fetched, and whence it came when that was from a retry topic. */
export interface Fetched {
  readonly raw: RawRecord;
  readonly traced?: TracedRecord;
}

/** A record before and after decoding. */
export interface Item extends Fetched {
  readonly record: DecodedRecord;
}

/** One chunk being worked on. */
export interface Chunk extends ChunkPlace {
  readonly items: Item[];
  readonly context: ConsumerContext;
  /** Offsets of records that the handler itself sent to the dead letters. */
  readonly buried: Set<string>;
  /** What the handler said of single records in the present try. */
  readonly failed: Map<DecodedRecord, unknown>;
  /** The first error that asks for the rest to be done again. */
  redo?: { readonly error: unknown };
}

/** Its way through retry topics; that of a record of a source topic has just begun. */
export const tracedOf = ({ raw, traced }: Fetched): TracedRecord => traced ?? { origin: raw, tier: 0, passes: 0, notBefore: 0 };

export const envelopeOf = (record: DecodedRecord | undefined): Envelope | undefined =>
  record?.kind === 'event' ? record.envelope : undefined;
