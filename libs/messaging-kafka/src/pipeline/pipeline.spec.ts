import { describe, expect, it } from '@jest/globals';
import {
  AppError,
  DuplicateRecordError,
  InternalError,
  NonRetryableError,
  SchemaError,
  TimeoutError,
  UnavailableError,
} from '@caas/runtime';
import { anEvent, aPipeline, aRun, items, outcomes, someMetrics } from '../fixtures/pipeline.fixture.js';
import { OK, outcomeOf, type OutcomeKind } from './outcome.js';
import { PipelineItem } from './pipeline-item.js';
import { type Stage } from './stage.js';

const REFUSED = new AppError('AUTHZ_NOT_MEMBER', 'no');
const BROKEN = new InternalError('broken');

/** A stage that notes which offsets it was given. */
function noting(name: string, seen: string[], work: (item: PipelineItem) => void = () => undefined, more: Partial<Stage> = {}): Stage {
  return {
    name,
    process(given) {
      seen.push(`${name}:${given.map(({ record }) => record.offset).join('')}`);
      for (const item of given) work(item);
    },
    ...more,
  };
}

const failing =
  (offset: string, error: unknown) =>
  ({ record }: PipelineItem): void => {
    if (record.offset === offset) throw error;
  };

describe('outcomeOf', () => {
  it.each<[string, unknown, OutcomeKind]>([
    ['a dependency that is away', new UnavailableError('away'), 'pause'],
    ['refused credentials, which are no record’s fault', new UnavailableError('no', { retryable: false }), 'pause'],
    ['a write that met another one', new UnavailableError('raced', { details: { reason: 'write_conflict' } }), 'retry'],
    ['a stage over its limit', new TimeoutError('late'), 'retry'],
    ['a dependency that does not answer', new TimeoutError('late', { details: { reason: 'no_answer' } }), 'pause'],
    ['a retryable conflict', new AppError('RES_CONFLICT', 'raced', { retryable: true }), 'retry'],
    ['a bug', BROKEN, 'dlq'],
    ['an impossible state', new NonRetryableError('torn'), 'dlq'],
    ['a value that breaks its schema', new SchemaError('no such field'), 'dlq'],
    ['a rule', REFUSED, 'reject'],
    ['something unknown', new TypeError('x is undefined'), 'retry'],
    ['something that is no error', 'text', 'retry'],
  ])('of %s', (_, error, kind) => {
    expect(outcomeOf(error)).toEqual({ kind, error });
  });

  it('of an effect that is there already is that nothing is left to do', () => {
    expect(outcomeOf(new DuplicateRecordError())).toEqual({ kind: 'skip', reason: 'duplicate' });
  });
});

describe('a pipeline', () => {
  it('gives each stage the whole batch, in order, and no more what an earlier one settled', async () => {
    const seen: string[] = [];
    const batch = items(3);

    await aPipeline([
      noting('first', seen, (item) => item.record.offset === '1' && item.reject(REFUSED)),
      noting('second', seen),
      noting('told', seen, undefined, { takes: ['ok', 'reject'] }),
    ]).run(batch, aRun());

    expect(seen).toEqual(['first:012', 'second:02', 'told:012']);
    expect(outcomes(batch)).toEqual(['ok', 'reject', 'ok']);
    expect(batch.map(({ stage }) => stage)).toEqual([undefined, 'first', undefined]);
  });

  it('keeps the first outcome', () => {
    const [item] = items(1);

    item?.reject(REFUSED);
    item?.settle({ kind: 'dlq', error: BROKEN });
    item?.settle(OK);

    expect(item?.outcome).toEqual({ kind: 'reject', error: REFUSED });
  });

  describe('when a stage throws', () => {
    it('finds whose fault it is, and the others go on', async () => {
      const seen: string[] = [];
      const batch = items(3);

      await aPipeline([noting('persist-like', seen, failing('1', BROKEN)), noting('next', seen)]).run(batch, aRun());

      expect(seen).toEqual(['persist-like:012', 'persist-like:0', 'persist-like:1', 'persist-like:2', 'next:02']);
      expect(outcomes(batch)).toEqual(['ok', 'dlq', 'ok']);
    });

    it.each<[string, unknown]>([
      ['a write that met another one', new UnavailableError('raced', { details: { reason: 'write_conflict' } })],
      ['something unknown', new TypeError('x is undefined')],
    ])('has only one key tried again for %s, and keeps its order', async (_, error) => {
      const seen: string[] = [];
      const keys = ['a', 'b', 'a', null, 'b', null];
      const batch = keys.map((key, offset) => new PipelineItem(anEvent({ key, offset: String(offset) })));

      await aPipeline([noting('store', seen, failing('2', error)), noting('next', seen)]).run(batch, aRun());

      expect(seen).toEqual(['store:012345', 'store:02', 'store:14', 'store:3', 'store:5', 'next:1345']);
      expect(outcomes(batch)).toEqual(['retry', 'ok', 'retry', 'ok', 'ok', 'ok']);
    });

    it('pauses all of them for an outage, and asks no further stage but those that take it', async () => {
      const seen: string[] = [];
      const batch = items(2);

      await aPipeline([
        noting('store', seen, failing('0', new UnavailableError('away'))),
        noting('next', seen),
        noting('report', seen, undefined, { takes: ['ok', 'pause'] }),
      ]).run(batch, aRun());

      expect(seen).toEqual(['store:01', 'report:01']);
      expect(outcomes(batch)).toEqual(['pause', 'pause']);
    });

    it('lets the stage say what an error means', async () => {
      const batch = items(1);

      await aPipeline([noting('own', [], failing('0', BROKEN), { onError: () => ({ kind: 'skip', reason: 'no matter' }) })]).run(
        batch,
        aRun(),
      );

      expect(batch[0]?.outcome).toEqual({ kind: 'skip', reason: 'no matter' });
    });
  });

  it('gives a stage up after its limit: its records are tried again', async () => {
    const batch = items(2);
    const endless: Stage = { name: 'endless', timeoutMs: 1, process: () => new Promise(() => undefined) };

    await aPipeline([endless]).run(batch, aRun());

    expect(batch.map(({ outcome }) => outcome)).toEqual(
      batch.map(() => ({ kind: 'retry', error: new TimeoutError('The stage endless took longer than 1 ms.') })),
    );
  });

  it('holds what comes after a record that is to be tried again, of its key alone', async () => {
    const seen: string[] = [];
    const keys = ['a', 'b', 'a', null, 'b', 'a'];
    const batch = keys.map((key, offset) => new PipelineItem(anEvent({ key, offset: String(offset) })));
    const retry = (item: PipelineItem): void => {
      if (item.record.offset === '2') item.settle({ kind: 'retry', error: BROKEN });
    };

    await aPipeline([noting('first', seen, retry), noting('effect', seen)]).run(batch, aRun());

    expect(seen).toEqual(['first:012345', 'effect:0134']);
    expect(outcomes(batch)).toEqual(['ok', 'ok', 'retry', 'ok', 'ok', 'held']);
  });

  it('begins nothing more once the partition is lost', async () => {
    const seen: string[] = [];
    let owned = true;
    const losing = noting('losing', seen, () => {
      owned = false;
    });

    const finished = await aPipeline([losing, noting('effect', seen)]).run(items(1), aRun({ isOwned: () => owned }));

    expect(finished).toBe(false);
    expect(seen).toEqual(['losing:0']);
  });

  it('measures every stage and counts what it throws', async () => {
    const metrics = someMetrics();

    await aPipeline([noting('fine', []), noting('bad', [], failing('0', BROKEN))], metrics).run(items(1), aRun());

    const { body } = await metrics.render();
    expect(body).toMatch(/caas_pipeline_stage_seconds_count\{.*pipeline="spec",stage="fine".*\} 1/);
    expect(body).toMatch(/caas_pipeline_stage_seconds_count\{.*pipeline="spec",stage="bad".*\} 1/);
    expect(body).toMatch(/caas_pipeline_stage_errors_total\{.*pipeline="spec",stage="bad",class="InternalError".*\} 1/);
  });
});
