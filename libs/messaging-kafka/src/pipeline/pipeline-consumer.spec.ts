import { describe, expect, it } from '@jest/globals';
import { AppError, InternalError, RetryableError, UnavailableError } from '@caas/runtime';
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

/** Handles one record per outcome; resolves with what was buried and what failed. */
async function handle(settled: readonly Outcome[], deadLetter?: ConsumerContext['deadLetter']) {
  const buried: unknown[] = [];
  const failed: unknown[] = [];
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
    fail: (record, error) => void failed.push([record.offset, error]),
  };
  const records = settled.map((_, index) => anEvent({ offset: String(index) }));
  const thrown = await definition.handle(records as never, context).catch((error: unknown) => error);
  return { buried, failed, thrown };
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

  it('asks for the chunk again when something is away, after the dead letters are safe, and blames no record', async () => {
    const away = new UnavailableError('away');

    const { buried, failed, thrown } = await handle([
      { kind: 'dlq', error },
      { kind: 'retry', error: new TypeError('x') },
      { kind: 'pause', error: away },
    ]);

    expect(thrown).toBe(away);
    expect(buried).toHaveLength(1);
    expect(failed).toEqual([]);
  });

  it('names the records that are to be tried again, and lets the others pass', async () => {
    const { failed, thrown } = await handle([{ kind: 'ok' }, { kind: 'retry', error: new TypeError('x') }, { kind: 'held' }]);

    expect(thrown).toBeUndefined();
    expect(failed).toEqual([['1', new RetryableError('x')]]);
  });

  it('lets nothing pass when the dead letter is not written', async () => {
    const full = new UnavailableError('Kafka is away.');

    expect((await handle([{ kind: 'dlq', error }], () => Promise.reject(full))).thrown).toBe(full);
  });

  it('makes an error worth another try out of one that a stage called so', async () => {
    const { failed } = await handle([{ kind: 'retry', error }]);

    expect(failed).toEqual([['0', expect.objectContaining({ name: 'RetryableError', code: error.code, message: 'bad', cause: error })]]);
  });
});
