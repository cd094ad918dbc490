import { afterAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { lines } from '../fixtures/definitions.fixture.js';
import { aLine } from '../fixtures/documents.fixture.js';
import { aRunner, renewLines, RENEWED_BY } from '../fixtures/migrations.fixture.js';
import { aServer, serverUri, withDriver } from '../fixtures/server.fixture.js';
import { aTenant } from '../fixtures/tenants.fixture.js';

const server = await aServer([lines]);
const { mongo } = server;
const children = new Set<ChildProcess>();
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await server.end();
});

const PROGRAM = join(import.meta.dirname, '..', 'fixtures', 'migration-process.fixture.ts');

/** A runner in a process of its own. `killAfter`: the batch after which it is killed, or 0: it waits for {@link RunnerProcess.goOn}. */
class RunnerProcess {
  readonly #child: ChildProcess;
  readonly #events: AsyncIterator<string>;

  constructor(owner: string, killAfter = 0) {
    const args = ['--conditions=@caas/source', '--import', 'tsx', PROGRAM, serverUri(), server.databasePrefix, owner, String(killAfter)];
    this.#child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    children.add(this.#child);
    if (this.#child.stdout === null) throw new Error('The process has no output.');
    this.#events = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** The next thing that it says. */
  async next(): Promise<unknown> {
    const line = await this.#events.next();
    if (line.done === true) throw new Error('The process has ended.');
    return JSON.parse(line.value) as unknown;
  }

  goOn(): void {
    this.#child.stdin?.write('\n');
  }

  /** The signal that ended it, or null. */
  async ended(): Promise<unknown> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
    return this.#child.signalCode;
  }
}

async function someOldLines(count: number): Promise<void> {
  await withDriver(async (client) => {
    await client.db(`${server.databasePrefix}_shared`).collection('lines').deleteMany({});
    await client.db(`${server.databasePrefix}_platform`).collection('_migrations').deleteMany({});
  });
  const repository = mongo.forTenant(aTenant()).repository(lines);
  await repository.insertMany(Array.from({ length: count }, (_, seq) => aLine({ seq, body: 'old' })));
}

/** How often each line was renewed → how many lines. */
const renewals = (): Promise<Record<string, number>> =>
  withDriver(async (client) => {
    const counts: Record<string, number> = {};
    for await (const { seq } of client.db(`${server.databasePrefix}_shared`).collection<{ seq: number }>('lines').find()) {
      const times = Math.floor(seq / RENEWED_BY);
      counts[times] = (counts[times] ?? 0) + 1;
    }
    return counts;
  });
const entries = (): Promise<unknown[]> =>
  withDriver((client) => client.db(`${server.databasePrefix}_platform`).collection('_migrations').find().toArray());

describe('runners in several processes', () => {
  it('let one work and refuse the other', async () => {
    await someOldLines(10);
    const first = new RunnerProcess('first');
    expect(await first.next()).toEqual({ event: 'at work' });

    const second = new RunnerProcess('second');
    expect(await second.next()).toEqual({ event: 'refused', reason: 'migration_lock_held' });
    first.goOn();
    expect(await first.next()).toEqual({ event: 'done', ok: true, places: 1 });

    await Promise.all([first.ended(), second.ended()]);
    const third = new RunnerProcess('third');
    expect(await third.next()).toEqual({ event: 'done', ok: true, places: 0 });
    await third.ended();
    expect(await renewals()).toEqual({ 1: 10 });
    expect(await entries()).toMatchObject([{ applied_by: 'first', status: 'succeeded', attempts: 1 }]);
  });

  it('survive one that is killed between the documents of a batch and its position', async () => {
    await someOldLines(70);
    const killed = new RunnerProcess('killed', 2);
    expect(await killed.next()).toEqual({ event: 'at work' });
    expect(await killed.ended()).toBe('SIGKILL');
    expect(await renewals()).toEqual({ 0: 30, 1: 40 });
    expect(await entries()).toMatchObject([{ status: 'running', positions: [{ backfill: 'renew' }] }]);
    const heir = aRunner(server, [renewLines(() => Promise.resolve())], { owner: 'heir' });

    server.clock.advance(Date.now() - server.clock.now());
    await expect(heir.up()).rejects.toMatchObject({ details: { reason: 'migration_lock_held' } });
    server.clock.advance(61_000);
    const report = await heir.up();

    expect(report).toMatchObject({ ok: true, takenOver: { owner: 'killed' } });
    expect(await renewals()).toEqual({ 1: 70 });
    expect(await entries()).toMatchObject([{ applied_by: 'heir', status: 'succeeded', attempts: 2 }]);
  });
});
