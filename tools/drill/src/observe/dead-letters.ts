import { type DeadLetterSeen } from '../checker/observed.js';
import { type RawRecord } from './raw-kafka.js';

/** Bytes of Confluent's frame in front of the JSON. */
const FRAME_BYTES = 5;

interface LetterBody {
  readonly dlq_id: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly error: { readonly code: string };
  readonly retry_count: number;
  readonly status: string;
  readonly envelope?: { readonly payload?: { readonly message_id?: string } };
}

/** The dead letters that records of `internal.dlq` hold: what became of a replay is a later record of the same letter. Throws for one that is not JSON. */
export function toDeadLetters(records: readonly RawRecord[]): DeadLetterSeen[] {
  const letters = new Map<string, DeadLetterSeen>();
  for (const { message } of records) {
    const body = JSON.parse(message.value?.subarray(FRAME_BYTES).toString() ?? '') as LetterBody;
    const known = letters.get(body.dlq_id);
    const isResolved = body.status === 'resolved';
    letters.set(body.dlq_id, known === undefined ? { ...letterOf(body), isResolved } : { ...known, isResolved });
  }
  return [...letters.values()];
}

function letterOf(body: LetterBody): Omit<DeadLetterSeen, 'isResolved'> {
  const messageId = body.envelope?.payload?.message_id;
  return {
    deadLetterId: body.dlq_id,
    topic: body.topic,
    partition: body.partition,
    offset: Number(body.offset),
    code: body.error.code,
    retryCount: body.retry_count,
    ...(messageId === undefined ? {} : { messageId }),
  };
}
