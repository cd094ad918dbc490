import { type Mongo, op } from '@caas/data-access-mongo';
import { type ConsumerDefinition, type DeadLetter, defineConsumer, internalDlq } from '@caas/messaging-kafka';
import { type Metrics } from '@caas/runtime';
import { type DlqMessage, dlqMessages } from './dlq-messages.collection.js';
import { toDocument } from './dlq-document.js';

const ATTEMPTS_KEPT = 20;

/**
 * The consumer that keeps dead letters for operators. New ones are inserted, and a repeat meets their unique index. What a replay came to is a
 * change of the same row: `resolved`, or `failed` with the error of the last try. Nothing here sends a record anywhere.
 */
export function dlqProcessor({ mongo, metrics }: { mongo: Mongo; metrics: Metrics }): ConsumerDefinition {
  const replays = metrics.counter({ name: 'caas_dlq_replays_total', help: 'Replays that came to an end', labels: ['result'] });
  const repository = () => mongo.platform(dlqMessages);

  return defineConsumer({
    group: 'dlq-processor',
    topics: [internalDlq],
    chunkRecordsMax: 100,
    async handle(records, context) {
      const letters = records.map(({ value }) => value);
      if (!context.isOwned()) return;
      await repository().insertMany(letters.filter(({ status }) => status !== 'resolved').map(toDocument));
      // In the order of the topic: a replay that failed may be followed by one that did not.
      for (const letter of letters) {
        if (letter.status === 'resolved') await resolve(letter);
        if (letter.status === 'failed') await failAgain(letter);
      }
    },
  });

  async function resolve({ dlq_id: id, failed_at: at }: DeadLetter): Promise<void> {
    const changed = await repository().findOneAndUpdate(
      { dlq_id: id, status: op.ne('resolved') },
      { set: { status: 'resolved', resolved_at: new Date(at), resolved_by: 'replay' } },
    );
    if (changed !== undefined) replays.inc({ result: 'resolved' });
  }

  /** Only what is newer than the row: a repeat of an earlier failure says nothing of a replay that is under way. */
  async function failAgain({ dlq_id: id, failed_at: at, error, attempts }: DeadLetter): Promise<void> {
    const [last] = attempts.slice(-1);
    const failed: Partial<DlqMessage> = {
      status: 'failed',
      failed_at: new Date(at),
      error: { ...error, stack: error.stack ?? null, stage: error.stage ?? null },
    };
    const changed = await repository().findOneAndUpdate(
      { dlq_id: id, failed_at: op.lt(new Date(at)), status: op.ne('resolved') },
      {
        set: failed,
        ...(last === undefined ? {} : { push: { attempts: { each: [{ ...last, at: new Date(last.at) }], keep: -ATTEMPTS_KEPT } } }),
      },
    );
    if (changed !== undefined) replays.inc({ result: 'failed' });
  }
}
