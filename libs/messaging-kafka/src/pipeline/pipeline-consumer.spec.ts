import { describe, expect, it } from '@jest/globals';
import { AppError, InternalError, UnavailableError } from '@caas/runtime';
import { z } from 'zod';
import { type ConsumerContext } from '../consumer/types.js';
import { defineEvent } from '../definitions/event.js';
import { defineTopic } from '../definitions/topic.js';
import { anEvent, aPipeline, aRun } from '../fixtures/pipeline.fixture.js';
import { type Outcome } from './outcome.js';
import { definePipelineConsumer } from './pipeline-consumer.js';
import { PipelineItem } from './pipeline-item.js';

const added = defineEvent({ type: 'note.added', version: '1.0.0', key: 'note_id', payload: z.strictObject({ note_id: z.string() }) });
const notes = defineTopic({
  family: 'chat.notes',
  scope: 'tenant',
  format: 'avro',
  partitions: 1,
  retentionMs: 1_000,
  cleanup: 'delete',
  description: 'Notes',
  events: [added],
});

/** Handles one record per outcome; resolves with what was buried. */
async function handle(settled: readonly Outcome[], deadLetter?: ConsumerContext['deadLetter']) {
  const buried: unknown[] = [];
  const definition = definePipelineConsumer({
    group: 'note-processor',
    topics: [notes],
    types: [added.type],
    pipeline: aPipeline([
      { name: 'settling', process: (items) => items.forEach((item) => item.settle(settled[Number(item.record.offset)] ?? { kind: 'ok' })) },
    ]),
    open: (record) => new PipelineItem(record),
  });
  if (definition.shape !== 'batch') throw new TypeError('It takes batches.');
  const context: ConsumerContext = {
    ...aRun(),
    group: definition.group,
    topic: 'chat.notes.shared',
    partition: 0,
    deadLetter: deadLetter ?? (async (record, error, reason) => void buried.push([record.offset, error, reason])),
  };
  const records = settled.map((_, index) => anEvent({ offset: String(index) }));
  const thrown = await definition.handle(records as never, context).catch((error: unknown) => error);
  return { buried, thrown };
}

const error = new InternalError('bad');

describe('definePipelineConsumer', () => {
  it('finishes what is done, skipped or rejected, and writes dead letters with their stage', async () => {
    const { buried, thrown } = await handle([
      { kind: 'ok' },
      { kind: 'skip', reason: 'old' },
      { kind: 'reject', error: new AppError('RES_NOT_FOUND', 'gone') },
      { kind: 'dlq', error },
    ]);

    expect(thrown).toBeUndefined();
    expect(buried).toEqual([['3', error, { stage: 'settling' }]]);
  });

  it('asks for the chunk again when a record is to be tried again, after the dead letters are safe', async () => {
    const away = new UnavailableError('away');

    const { buried, thrown } = await handle([
      { kind: 'dlq', error },
      { kind: 'retry', error: new TypeError('x') },
      { kind: 'pause', error: away },
    ]);

    expect(thrown).toBe(away);
    expect(buried).toHaveLength(1);
  });

  it('lets nothing pass when the dead letter is not written', async () => {
    const full = new UnavailableError('Kafka is away.');

    expect((await handle([{ kind: 'dlq', error }], () => Promise.reject(full))).thrown).toBe(full);
  });

  it('makes an error worth another try out of one that a stage called so', async () => {
    const { thrown } = await handle([{ kind: 'retry', error }]);

    expect(thrown).toMatchObject({ retryable: true, message: 'The stage settling asks for another try.', cause: error });
  });
});
