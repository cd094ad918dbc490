import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { resolveTopic } from '@caas/messaging-kafka';
import { ConflictError, createLogger, Metrics, NotFoundError, ValidationError } from '@caas/runtime';
import { newId } from '@caas/schema';
import { DeadLetterBench } from '../fixtures/dead-letters.fixture.js';
import { SUMMARY_FIELDS } from './dead-letters.service.js';
import { type DlqMessage, dlqMessages } from './dlq-messages.collection.js';
import { deadLetterSignals, OpenLetterGauges } from './open-letters.js';

const operator = { by: 'ops@example.com', reason: 'ticket 7' };

describe('dead letters', () => {
  let bench: DeadLetterBench;
  beforeAll(async () => {
    bench = await DeadLetterBench.open();
  });
  afterAll(() => bench?.close());

  /** A record that the group cannot handle, and its row. */
  async function aDeadLetter(seq: number): Promise<DlqMessage> {
    bench.failing.add(seq);
    await bench.send(seq);
    const rows = await bench.until((all) => all.some(({ envelope }) => seqOf(envelope) === seq));
    return rows.find(({ envelope }) => seqOf(envelope) === seq) as DlqMessage;
  }
  const seqOf = (envelope: unknown): unknown => (envelope as { payload?: { seq?: unknown } } | null)?.payload?.seq;
  const statusOf = (id: string, status: DlqMessage['status']) =>
    bench.until((rows) => rows.some((row) => row.dlq_id === id && row.status === status));

  it('are kept with their bytes and listed without their content', async () => {
    const row = await aDeadLetter(1);

    expect(row).toMatchObject({
      topic: resolveTopic(bench.topic.family, bench.tenant).topic,
      consumer_group: bench.group,
      tenant_id: bench.tenant.tenantId,
      event_type: 'note.written',
      category: 'non_retryable',
      status: 'pending',
      error: { class: 'NonRetryableError', message: 'the note has no author' },
      correction: null,
    });
    expect(Buffer.from(row.raw_value ?? []).toString()).toContain('secret words');
    const { items } = await bench.service.list({ group: bench.group }, { limit: 10 });
    expect(Object.keys(items[0] ?? {}).sort()).toEqual([...SUMMARY_FIELDS, 'error'].sort());
    expect(JSON.stringify(items)).not.toContain('secret words');
  });

  it('fail again when the replay does, and are resolved when it succeeds, once however often they are replayed', async () => {
    const { dlq_id: id } = await aDeadLetter(2);

    await bench.service.replay(id, operator);
    const [failed] = (await statusOf(id, 'failed')).filter((row) => row.dlq_id === id);
    expect(failed).toMatchObject({ attempts: [{ class: 'NonRetryableError' }, { class: 'NonRetryableError' }] });

    bench.failing.delete(2);
    await Promise.all([bench.service.replay(id, operator), bench.service.replay(id, operator)]);
    const [resolved] = (await statusOf(id, 'resolved')).filter((row) => row.dlq_id === id);

    expect(resolved).toMatchObject({ resolved_by: 'replay', resolved_at: expect.any(Date) });
    expect(bench.handled.filter((seq) => seq === 2)).toEqual([2]);
    await expect(bench.service.replay(id, operator)).rejects.toThrow(ConflictError);
    expect(bench.audited.filter(({ target }) => target?.id === id)).toMatchObject(
      Array(3).fill({ action: { name: 'dead_letter.replayed' }, actor: { id: 'ops@example.com' }, reason: 'ticket 7' }),
    );
  });

  it('show which fields the present schema refuses, and are corrected beside the original', async () => {
    const { dlq_id: id, raw_value: original } = await aDeadLetter(3);
    // As an older release may have written it: its text is longer than this one takes, and it has a field more.
    const broken = Buffer.from(
      String(Buffer.from(original ?? []))
        .replace('secret words', 'x'.repeat(101))
        .replace('"seq":3', '"seq":3,"mood":"good"'),
    );
    const rows = bench.databases.mongo.platform(dlqMessages);
    await rows.update(id, { set: { raw_value: broken } });

    expect(await bench.service.inspect(id)).toMatchObject({
      type: 'note.written',
      version: '1.0.0',
      currentVersion: '1.0.0',
      problems: [{ field: '/payload/body', code: 'max_length' }],
      unknownFields: ['/payload/mood'],
    });
    await expect(bench.service.edit(id, { changes: { 'payload.seq': 'x' } }, operator)).rejects.toThrow(ValidationError);
    await expect(bench.service.edit(id, { changes: { 'pay.seq': 1 } }, operator)).rejects.toThrow('leads to nothing');
    const value = { ...((await bench.service.inspect(id)).value as object), payload: { note_id: 'n', seq: 30, body: 'short' } };
    expect(await bench.service.edit(id, { value }, { ...operator, dryRun: true })).toEqual(['payload.seq', 'payload.mood', 'payload.body']);
    expect((await bench.service.get(id)).correction).toBeNull();

    await bench.service.edit(id, { value }, operator);
    await bench.service.replay(id, operator);
    await statusOf(id, 'resolved');

    expect(bench.handled).toContain(30);
    expect(await bench.service.get(id)).toMatchObject({ correction: { by: 'ops@example.com', reason: 'ticket 7' } });
    expect(Buffer.from((await bench.service.get(id)).raw_value ?? []).equals(broken)).toBe(true);
    expect(bench.audited).toContainEqual(
      expect.objectContaining({ action: { category: 'data', type: 'update', name: 'dead_letter.edited' } }),
    );
  });

  it('are replayed in bulk, at a rate, after a dry run that changes nothing', async () => {
    const ids = [await aDeadLetter(40), await aDeadLetter(41), await aDeadLetter(42)].map(({ dlq_id: id }) => id);
    const options = { ...operator, limit: 1_000, ratePerSecond: 100 };

    const planned = await bench.service.replayAll({ ids }, { ...options, dryRun: true });
    expect(planned.map(({ dlq_id: id }) => id)).toEqual(ids);
    expect((await bench.service.list({ ids, status: 'pending' }, { limit: 10 })).items).toHaveLength(3);

    for (const seq of [40, 41, 42]) bench.failing.delete(seq);
    await bench.service.replayAll({ ids }, { ...options, dryRun: false });
    await bench.until((all) => all.filter((row) => ids.includes(row.dlq_id) && row.status === 'resolved').length === 3);

    expect(bench.handled.slice(-3)).toEqual([40, 41, 42]);
    expect(bench.pauses.every((ms) => ms <= 20)).toBe(true);
    expect(await bench.service.replayAll({ ids }, { ...options, dryRun: true })).toEqual([]);
  });

  it('are told in metrics and watched while they are open, and what became of replays is counted', async () => {
    await aDeadLetter(50);
    const [statuses, { mongo }] = [(await bench.service.stats()).by_status, bench.databases];
    const clock = { now: () => Date.now() + 2 * 86_400_000 };
    const metrics = new Metrics({ service: 'spec', defaults: false });
    const linesOf = async (of: Metrics, name: string): Promise<string[]> =>
      (await of.render()).body.split('\n').filter((line) => line.startsWith(`${name}{`));

    await new OpenLetterGauges({ mongo, clock, metrics, logger: createLogger({ service: 'spec', level: 'silent' }) }).look();

    expect(await linesOf(metrics, 'caas_dlq_open_records')).toContain(
      `caas_dlq_open_records{status="pending",service="spec"} ${statuses['pending']}`,
    );
    const [oldest = ''] = (await linesOf(metrics, 'caas_dlq_oldest_seconds')).filter((line) => line.includes('"pending"'));
    expect(Number(oldest.split(' ')[1])).toBeGreaterThanOrEqual(2 * 86_400);
    expect(await linesOf(bench.metrics, 'caas_dlq_replays_total')).toEqual(
      expect.arrayContaining([expect.stringContaining('result="resolved"'), expect.stringContaining('result="failed"')]),
    );
    const readings = await Promise.all(deadLetterSignals({ mongo, clock: { now: () => Date.now() } }).map((signal) => signal.read()));
    expect(readings).toEqual([[{ labels: {}, value: expect.any(Number) }], [{ labels: {}, value: expect.any(Number) }]]);
    expect(readings[0]?.[0]?.value).toBeGreaterThan(0);
  });

  it('are counted, and removed with a reason', async () => {
    const { dlq_id: id } = await aDeadLetter(5);
    const { by_group: groups, by_status: statuses, oldest_pending_seconds: oldest } = await bench.service.stats({ group: bench.group });

    expect(groups).toEqual({ [bench.group]: Object.values(statuses).reduce((sum, count) => sum + count, 0) });
    expect(oldest).toBeGreaterThanOrEqual(0);
    await bench.service.remove(id, operator);
    await expect(bench.service.get(id)).rejects.toThrow(NotFoundError);
    expect(bench.audited.at(-1)).toMatchObject({ action: { name: 'dead_letter.deleted' }, target: { id } });
    await expect(bench.service.replay(newId('dlq'), operator)).rejects.toThrow(NotFoundError);
  });
});
