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
  readonly envelope?: { readonly payload?: { readonly message_id?: string } };
}

/** The dead letter that a record of `internal.dlq` holds. Throws for one that is not JSON: nothing else belongs there. */
export function toDeadLetter({ message }: RawRecord): DeadLetterSeen {
  const body = JSON.parse(message.value?.subarray(FRAME_BYTES).toString() ?? '') as LetterBody;
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
