import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { Metrics, systemClock, ValidationError } from '@caas/runtime';
import { newId, newTenantId } from '@caas/schema';
import { MemoryChangeLog } from '../fixtures/change-log.fixture.js';
import { lines } from '../fixtures/definitions.fixture.js';
import { aServer, serverUri } from '../fixtures/server.fixture.js';
import { MemoryDeadLetters, someStreams, type TestStreamsOptions, until } from '../fixtures/streams.fixture.js';
import { type ChangeStreams } from './change-streams.js';
import { defineStream, type HistoryGap, type StreamEvent } from './define-stream.js';
import { resumeTokens, streamDeadLetters } from './stream-collections.js';

const server = await aServer([lines, resumeTokens, streamDeadLetters]);
const { databasePrefix } = server;
const client = await new MongoClient(serverUri()).connect();
const running: ChangeStreams[] = [];
afterEach(async () => {
  for (const streams of running.splice(0)) await streams.stop();
});
afterAll(async () => {
  await client.close();
  await server.end();
});

let number = 0;
const aName = (): string => `spec-${(number += 1)}`;
const tenant = newTenantId();
const T0 = Date.UTC(2026, 0, 1);

function streams(source: MemoryChangeLog | undefined, options: Partial<TestStreamsOptions> = {}): ChangeStreams {
  const made = someStreams({ client, databasePrefix, source, ...options });
  running.push(made);
  return made;
}

/** A line that was inserted, as the log has it; `second` is its time. */
function inserted(seq: number, { thread = 'conv_1', second = seq }: { thread?: string; second?: number } = {}) {
  const id = newId('msg');
  return {
    operation: 'insert' as const,
    database: `${databasePrefix}_shared`,
    collection: 'lines',
    id,
    document: { _id: id, tenant_id: tenant, thread_id: thread, seq, body: '', readers: [] },
    before: undefined,
    paths: [],
    at: new Date(T0 + second * 1_000),
  };
}

/** A stream that keeps what it saw. */
function aStream(name = aName(), handle: (event: StreamEvent) => Promise<void> | void = () => undefined) {
  const seen: StreamEvent[] = [];
  const gaps: HistoryGap[] = [];
  const definition = defineStream({
    name,
    collections: [lines],
    operations: ['insert'],
    orderBy: ({ document }) => document?.thread_id ?? '',
    handle: async (event) => {
      await handle(event);
      seen.push(event);
    },
    onGap: (gap) => void gaps.push(gap),
  });
  return { name, definition, seen, gaps, seqs: () => seen.map(({ document }) => document?.['seq']) };
}

describe('change streams', () => {
  it('hand out changes with tenant, document and an id of their own', async () => {
    const log = new MemoryChangeLog();
    const { definition, seen } = aStream();
    const all = streams(log);
    await all.register(definition);
    await all.start();

    log.append(inserted(1));
    await until(() => seen.length === 1);

    const { eventId, ...event } = seen[0]!;
    expect(eventId).toMatch(/^evt_/);
    expect(event).toEqual({
      operation: 'insert',
      collection: 'lines',
      tenantId: tenant,
      id: event.id,
      document: { message_id: event.id, tenant_id: tenant, thread_id: 'conv_1', seq: 1, body: '', readers: [] },
      before: undefined,
      paths: [],
      at: new Date(T0 + 1_000),
    });
  });

  it('run alike when registered before and after the start', async () => {
    const log = new MemoryChangeLog();
    const [before, after] = [aStream(), aStream()];
    const all = streams(log);
    await all.register(before.definition);
    await all.start();
    await all.register(after.definition);

    expect(all.health().map(({ state, status }) => [state, status])).toEqual([
      ['running', 'healthy'],
      ['running', 'healthy'],
    ]);
    log.append(inserted(1));
    await until(() => before.seen.length === 1 && after.seen.length === 1);
  });

  it('keep the order of each key and let others pass', async () => {
    const log = new MemoryChangeLog();
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const { definition, seqs } = aStream(aName(), ({ document }) => (document?.['seq'] === 1 ? held : undefined));
    const all = streams(log);
    await all.register(definition);
    for (const [seq, thread] of [
      [1, 'conv_a'],
      [2, 'conv_a'],
      [3, 'conv_b'],
    ] as const)
      log.append(inserted(seq, { thread }));
    await client.db(`${databasePrefix}_platform`).collection<{ _id: string }>('_resume_tokens').insertOne(aPosition(definition.name, '0'));
    await all.start();

    await until(() => seqs().length === 1);
    expect(seqs()).toEqual([3]);
    letGo();
    await until(() => seqs().length === 3);
    expect(seqs()).toEqual([3, 1, 2]);
  });

  it('go on after a stop where they were', async () => {
    const log = new MemoryChangeLog();
    const { name, definition, seqs } = aStream();
    const first = streams(log);
    await first.register(definition);
    await first.start();
    log.append(inserted(1));
    await until(() => seqs().length === 1);
    await first.stop();
    log.append(inserted(2));

    const again = aStream(name);
    const second = streams(log, { owner: 'other' });
    await second.register(again.definition);
    await second.start();

    await until(() => again.seen.length === 1);
    expect(again.seqs()).toEqual([2]);
    expect(seqs()).toEqual([1]);
  });

  it('are opened again after an error, without a loss', async () => {
    const log = new MemoryChangeLog();
    const { definition, seqs } = aStream();
    const all = streams(log);
    await all.register(definition);
    await all.start();
    log.append(inserted(1));
    await until(() => seqs().length === 1);

    log.breakOnce(new Error('the connection broke'));
    log.append(inserted(2));

    await until(() => seqs().length === 2);
    expect(seqs()).toEqual([1, 2]);
    expect(all.health()).toMatchObject([{ state: 'running', restarts: 1 }]);
    expect(log.openings).toEqual([undefined, { token: '1' }]);
  });

  it('are degraded and say so where the server has none', async () => {
    const { definition } = aStream();
    const all = streams(undefined);
    await all.register(definition);

    await all.start();

    expect(all.health()).toMatchObject([
      { state: 'unsupported', status: 'degraded', reason: expect.stringContaining('no change streams') },
    ]);
  });

  it('are degraded when they are far behind', async () => {
    const log = new MemoryChangeLog();
    // The last one is under way, so that nothing newer changes what the first batch of ten left.
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const { definition, seen } = aStream(aName(), ({ document }) => (document?.['seq'] === 11 ? held : undefined));
    const all = streams(log, { clock: { now: () => T0 + 60_000 } });
    await all.register(definition);
    await all.start();
    expect(all.health()).toMatchObject([{ status: 'healthy', lagSeconds: 0 }]);

    for (let seq = 1; seq <= 11; seq += 1) log.append(inserted(seq, { second: 30 }));

    await until(() => all.health()[0]?.lastEventAt !== undefined);
    expect(seen).toHaveLength(10);
    expect(all.health()).toMatchObject([{ status: 'degraded', lagSeconds: 30, reason: 'the stream is 30 s behind' }]);
    letGo();
  });
});

function aPosition(stream: string, token: string, second?: number) {
  const now = new Date(T0);
  return {
    _id: stream,
    token,
    operation_time: second === undefined ? null : new Date(T0 + second * 1_000),
    owner: null,
    fence: 1,
    acquired_at: now,
    lease_until: now,
    created_at: now,
    updated_at: now,
    __v: 0,
  };
}

describe('a handler that fails', () => {
  it('is tried again, and its change goes to the dead letters in the end', async () => {
    const log = new MemoryChangeLog();
    const deadLetters = new MemoryDeadLetters();
    const metrics = new Metrics({ service: 'spec', defaults: false });
    let tries = 0;
    const { name, definition, seqs } = aStream(aName(), ({ document }) => {
      if (document?.['seq'] !== 1) return;
      tries += 1;
      throw new Error('no');
    });
    const all = streams(log, { deadLetters, metrics });
    await all.register(definition);
    await all.start();

    log.append(inserted(1));
    log.append(inserted(2));

    await until(() => seqs().length === 1);
    expect(tries).toBe(3);
    expect(seqs()).toEqual([2]);
    expect(deadLetters.kept).toMatchObject([{ stream: name, attempts: 3, event: { document: { seq: 1 } } }]);
    const { body } = await metrics.render();
    expect(body).toContain(`mongodb_change_stream_events_total{stream="${name}",outcome="dead_lettered",service="spec"} 1`);
    expect(body).toContain(`mongodb_change_stream_events_total{stream="${name}",outcome="retried",service="spec"} 2`);
  });

  it('is not tried again when that is in vain', async () => {
    const log = new MemoryChangeLog();
    const deadLetters = new MemoryDeadLetters();
    const { definition } = aStream(aName(), () => {
      throw new ValidationError([{ field: '/x', code: 'x', message: 'wrong' }]);
    });
    const all = streams(log, { deadLetters });
    await all.register(definition);
    await all.start();

    log.append(inserted(1));

    await until(() => deadLetters.kept.length === 1);
    expect(deadLetters.kept[0]?.attempts).toBe(1);
  });

  it('loses nothing while there is no place for dead letters', async () => {
    const log = new MemoryChangeLog();
    const deadLetters = new MemoryDeadLetters();
    deadLetters.refusals = 2;
    const { definition } = aStream(aName(), () => {
      throw new Error('no');
    });
    const all = streams(log, { deadLetters });
    await all.register(definition);
    await all.start();

    log.append(inserted(1));

    await until(() => deadLetters.kept.length === 1);
    expect(all.health()).toMatchObject([{ restarts: 2 }]);
  });

  it('leaves a row that names the change, once', async () => {
    const log = new MemoryChangeLog();
    const { name, definition } = aStream(aName(), () => {
      throw new Error('no');
    });
    const { StoredDeadLetters } = await import('./dead-letters.js');
    const rows = server.mongo.platform(streamDeadLetters);
    const deadLetters = new StoredDeadLetters(rows, systemClock);
    const all = streams(log, { deadLetters });
    await all.register(definition);
    await all.start();

    log.append(inserted(1));

    await until(async () => (await rows.count({ stream: name })) === 1);
    const [row] = await rows.findMany({ stream: name });
    expect(row).toMatchObject({
      collection: 'lines',
      operation: 'insert',
      tenant_id: tenant,
      attempts: 3,
      error: { class: 'Error', message: 'no' },
    });
    const event = {
      eventId: row!.event_id,
      collection: 'lines',
      operation: 'insert',
      tenantId: tenant,
      id: row!.document_id,
    } as StreamEvent;
    await deadLetters.put({ stream: name, event, error: 'again', attempts: 1 });
    expect(await rows.count({ stream: name })).toBe(1);
  });
});

describe('a position that the server no longer knows', () => {
  it('makes the stream go on at the saved time, and its handler hears of it', async () => {
    const log = new MemoryChangeLog();
    const { name, definition, seqs, gaps } = aStream();
    for (const seq of [1, 2, 3]) log.append(inserted(seq));
    log.forget();
    await client
      .db(`${databasePrefix}_platform`)
      .collection<{ _id: string }>('_resume_tokens')
      .insertOne(aPosition(name, '1', 2));
    const metrics = new Metrics({ service: 'spec', defaults: false });
    const all = streams(log, { metrics });
    await all.register(definition);

    await all.start();

    await until(() => seqs().length === 2);
    expect(seqs()).toEqual([2, 3]);
    expect(gaps).toEqual([{ since: new Date(T0 + 2_000), resumedAt: 'operation_time' }]);
    expect((await metrics.render()).body).toContain(
      `mongodb_change_stream_history_lost_total{stream="${name}",resumed_at="operation_time",service="spec"} 1`,
    );
  });

  it('makes it go on from now when that time is gone too, and stay degraded', async () => {
    const log = new MemoryChangeLog();
    const { name, definition, seqs, gaps } = aStream();
    for (const seq of [1, 2]) log.append(inserted(seq));
    log.forget({ times: true });
    await client
      .db(`${databasePrefix}_platform`)
      .collection<{ _id: string }>('_resume_tokens')
      .insertOne(aPosition(name, '1', 1));
    const all = streams(log);
    await all.register(definition);
    await all.start();

    log.append(inserted(3));

    await until(() => seqs().length === 1);
    expect(seqs()).toEqual([3]);
    expect(gaps).toEqual([{ since: new Date(T0 + 1_000), resumedAt: 'now' }]);
    expect(all.health()).toMatchObject([
      { state: 'running', status: 'degraded', reason: expect.stringContaining('missed'), gap: { resumedAt: 'now' } },
    ]);
  });
});

describe('several processes', () => {
  it('have one owner; another takes over when it stops', async () => {
    const log = new MemoryChangeLog();
    const name = aName();
    const [mine, theirs] = [aStream(name), aStream(name)];
    const [first, second] = [streams(log, { owner: 'first' }), streams(log, { owner: 'second' })];
    await first.register(mine.definition);
    await second.register(theirs.definition);
    await first.start();
    await second.start();
    expect([first, second].map((all) => all.health()[0]?.state)).toEqual(['running', 'standby']);
    log.append(inserted(1));
    await until(() => mine.seen.length === 1);

    await first.stop();
    log.append(inserted(2));

    await until(() => theirs.seen.length === 1);
    expect([mine.seqs(), theirs.seqs()]).toEqual([[1], [2]]);
    expect(second.health()).toMatchObject([{ state: 'running', restarts: 0 }]);
  });

  it('cannot move the position of a successor after sleeping past their lease', async () => {
    const log = new MemoryChangeLog();
    const name = aName();
    let time = T0;
    let wake: () => void = () => undefined;
    const asleep = new Promise<void>((resolve) => (wake = resolve));
    const sleeper = aStream(name, ({ document }) => (document?.['seq'] === 1 ? asleep : undefined));
    // Its own clock stands still, so it believes in its lease.
    const first = streams(log, { owner: 'sleeper', clock: { now: () => T0 }, times: { heartbeatMs: 3_600_000 } });
    await first.register(sleeper.definition);
    await first.start();
    log.append(inserted(1));
    await until(() => first.health()[0]?.state === 'running');
    time = T0 + 20_000;
    const heir = aStream(name);
    const second = streams(log, { owner: 'heir', clock: { now: () => time } });
    await second.register(heir.definition);
    await second.start();
    log.append(inserted(2));
    await until(() => heir.seen.length === 2);
    const row = () =>
      client.db(`${databasePrefix}_platform`).collection<{ _id: string; token?: string }>('_resume_tokens').findOne({ _id: name });
    await until(async () => (await row())?.token === '2');

    wake();

    await until(() => first.health()[0]?.state === 'standby');
    expect(await row()).toMatchObject({ owner: 'heir', fence: 2, token: '2' });
    expect(heir.seen[0]?.eventId).toBe(sleeper.seen[0]?.eventId);
  });
});
