import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Mongo } from '@caas/data-access-mongo';
import { type TemporaryDatabases } from '@caas/data-access-mongo/testing';
import { InternalError, UnavailableError } from '@caas/runtime';
import { aPlatform, aRequest, ProvisioningBench } from '../fixtures/platform.fixture.js';
import { saasClients } from '../tenants/tenants.collection.js';

const LEASE_MS = 60_000;
const never = () => new Promise<never>(() => undefined);
const failsWith = (error: Error) => () => Promise.reject(error);

describe('TenantProvisioning', () => {
  let databases: TemporaryDatabases;
  let mongo: Mongo;
  beforeAll(async () => {
    databases = await aPlatform();
    mongo = databases.mongo;
  });
  afterAll(() => databases?.end());

  it('runs the steps in order and makes the tenant active with the last write', async () => {
    const bench = new ProvisioningBench(mongo);
    const seen: string[] = [];
    bench.log.on('run:c', async () => void seen.push((await bench.client()).status, (await bench.client()).provisioning.state));

    const progress: string[] = [];
    const { tenant, created } = await bench.runner().provision(bench.request, ({ name, index, total, state }) => {
      progress.push(`${index + 1}/${total} ${name} ${state}`);
    });

    expect(created).toBe(true);
    expect(tenant).toMatchObject({ name: bench.request.companyName, plan: 'free', status: 'active', provisioning: 'ready' });
    expect(bench.log.entries).toEqual(['run:a', 'run:b', 'run:c']);
    expect(seen).toEqual(['pending', 'provisioning']);
    expect(progress).toEqual(['1/3 a running', '1/3 a done', '2/3 b running', '2/3 b done', '3/3 c running', '3/3 c done']);
    expect(await bench.operation()).toMatchObject({ state: 'succeeded', lease_owner: null, lease_until: null });
    expect(bench.tenants.invalidated).toEqual([tenant.tenantId]);
  });

  it('changes nothing the second time', async () => {
    const bench = new ProvisioningBench(mongo);
    const first = await bench.runner().provision(bench.request);
    const before = [await bench.client(), await bench.operation()];

    const second = await bench.runner().provision(bench.request);

    expect(second).toEqual({ tenant: first.tenant, created: false });
    expect(bench.log.entries).toEqual(['run:a', 'run:b', 'run:c']);
    expect([await bench.client(), await bench.operation()]).toEqual(before);
  });

  describe('after a kill', () => {
    it.each([
      ['a', ['run:a', 'run:a', 'run:b', 'run:c']],
      ['b', ['run:a', 'run:b', 'run:b', 'run:c']],
      ['c', ['run:a', 'run:b', 'run:c', 'run:c']],
    ])('in step %s, the next runner goes on there once the lease is over', async (step, expected) => {
      const bench = new ProvisioningBench(mongo);
      const killed = new Promise<void>((resolve) => {
        bench.log.on(`run:${step}`, () => {
          resolve();
          return never();
        });
      });
      void bench.runner().provision(bench.request);
      await killed;
      bench.log.heal();

      await expect(bench.runner().provision(bench.request)).rejects.toMatchObject({ code: 'RES_STATE' });
      bench.clock.advance(LEASE_MS + 1);
      const { tenant, created } = await bench.runner().provision(bench.request);

      expect(created).toBe(true);
      expect(bench.log.entries).toEqual(expected);
      expect(await bench.client()).toMatchObject({ client_id: tenant.tenantId, status: 'active', provisioning: { state: 'ready' } });
      expect(await bench.operation()).toMatchObject({ state: 'succeeded' });
    });

    it('between two steps, the finished one is not run again', async () => {
      const bench = new ProvisioningBench(mongo);
      const killed = new Promise<void>((resolve) => {
        void bench.runner().provision(bench.request, ({ name, state }) => {
          if (name !== 'b' || state !== 'running') return;
          bench.log.on('run:b', never);
          resolve();
        });
      });
      await killed;
      bench.log.heal();
      bench.clock.advance(LEASE_MS + 1);

      const progress: string[] = [];
      await bench.runner().provision(bench.request, ({ name, state }) => progress.push(`${name} ${state}`));

      expect(progress[0]).toBe('a skipped');
      expect(bench.log.entries.filter((entry) => entry === 'run:a')).toHaveLength(1);
    });

    it('of the first runner, which wakes up later, cannot touch the work of the second', async () => {
      const bench = new ProvisioningBench(mongo);
      let wake = (): void => undefined;
      const reached = new Promise<void>((resolve) => {
        bench.log.on('run:b', () => {
          resolve();
          return new Promise((awake) => {
            wake = awake;
          });
        });
      });
      const sleeper = bench.runner().provision(bench.request);
      await reached;
      bench.log.heal();
      bench.clock.advance(LEASE_MS + 1);
      await bench.runner().provision(bench.request);
      const { client_id } = await bench.client();
      await mongo.platform(saasClients).update(client_id, { set: { status: 'suspended' } });

      wake();

      await expect(sleeper).rejects.toMatchObject({ code: 'RES_VERSION' });
      expect(await bench.client()).toMatchObject({ status: 'suspended', provisioning: { state: 'ready' } });
      expect(bench.log.entries).toEqual(['run:a', 'run:b', 'run:b', 'run:c']);
    });

    it('nothing activates a tenant whose record somebody else has changed since the claim', async () => {
      const bench = new ProvisioningBench(mongo);
      bench.log.on('run:c', async () => {
        await mongo.platform(saasClients).update((await bench.client()).client_id, { set: { status: 'cancelled' } });
      });

      await expect(bench.runner().provision(bench.request)).rejects.toMatchObject({ code: 'RES_VERSION' });
      expect(await bench.client()).toMatchObject({ status: 'cancelled', activated_at: null });
      await expect(bench.runner().provision(bench.request)).rejects.toMatchObject({ code: 'RES_STATE' });
    });

    it('between activation and the log, the next call closes the log', async () => {
      const bench = new ProvisioningBench(mongo);
      const reached = new Promise<void>((resolve) => {
        bench.log.on('run:c', () => {
          resolve();
          return never();
        });
      });
      void bench.runner().provision(bench.request);
      await reached;
      const { client_id } = await bench.client();
      await mongo.platform(saasClients).update(client_id, { set: { status: 'active', 'provisioning.state': 'ready' } });

      expect(await bench.runner().provision(bench.request)).toMatchObject({ created: false });
      expect(await bench.operation()).toMatchObject({ state: 'succeeded' });
    });
  });

  it('has one winner among runners that begin at once', async () => {
    const bench = new ProvisioningBench(mongo);

    const results = await Promise.allSettled(Array.from({ length: 4 }, () => bench.runner().provision(bench.request)));

    const made = results.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
    const refused = results.filter((result) => result.status === 'rejected').map(({ reason }) => (reason as { code: string }).code);
    expect(made.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(made.map(({ tenant }) => tenant.tenantId)).size).toBe(1);
    expect(new Set(refused)).toEqual(refused.length === 0 ? new Set() : new Set(['RES_STATE']));
    expect(bench.log.entries).toEqual(['run:a', 'run:b', 'run:c']);
  });

  it('has one winner among runners that take over at once', async () => {
    const bench = new ProvisioningBench(mongo);
    bench.log.on('run:b', failsWith(new UnavailableError('away')));
    await expect(bench.runner().provision(bench.request)).rejects.toThrow('away');
    bench.log.heal();
    bench.log.on('run:b', () => new Promise((resolve) => setImmediate(resolve)));

    const results = await Promise.allSettled([bench.runner().provision(bench.request), bench.runner().provision(bench.request)]);

    expect(bench.log.entries).toEqual(['run:a', 'run:b', 'run:b', 'run:c']);
    const refused = results.filter((result) => result.status === 'rejected').map(({ reason }) => (reason as { code: string }).code);
    expect(refused.every((code) => code === 'RES_STATE')).toBe(true);
  });

  describe('when a step fails', () => {
    it('for now, nothing is undone, and the next call goes on there without waiting', async () => {
      const bench = new ProvisioningBench(mongo);
      bench.log.on('run:b', failsWith(new UnavailableError('Kafka is away.')));

      await expect(bench.runner().provision(bench.request)).rejects.toThrow('Kafka is away.');

      expect(bench.log.entries).toEqual(['run:a', 'run:b']);
      expect(await bench.client()).toMatchObject({ status: 'pending', provisioning: { state: 'failed' } });
      expect(await bench.operation()).toMatchObject({
        state: 'failed',
        lease_until: null,
        steps: [
          { name: 'a', state: 'done' },
          { name: 'b', state: 'failed', error: 'Kafka is away.' },
        ],
      });

      bench.log.heal();
      expect(await bench.runner().provision(bench.request)).toMatchObject({ created: true });
      expect(bench.log.entries).toEqual(['run:a', 'run:b', 'run:b', 'run:c']);
    });

    it('for good, the finished ones are undone in reverse, and the next call begins anew', async () => {
      const bench = new ProvisioningBench(mongo);
      bench.log.on('run:c', failsWith(new InternalError('no room')));

      await expect(bench.runner().provision(bench.request)).rejects.toThrow('no room');

      expect(bench.log.entries).toEqual(['run:a', 'run:b', 'run:c', 'undo:b', 'undo:a']);
      expect(await bench.operation()).toMatchObject({
        state: 'rolled_back',
        steps: [
          { name: 'a', state: 'compensated' },
          { name: 'b', state: 'compensated' },
          { name: 'c', state: 'failed' },
        ],
      });

      bench.log.heal();
      bench.log.entries.length = 0;
      expect(await bench.runner().provision(bench.request)).toMatchObject({ created: true });
      expect(bench.log.entries).toEqual(['run:a', 'run:b', 'run:c']);
    });

    it('and undoing fails too, the others are undone all the same, and the caller hears of the first failure', async () => {
      const bench = new ProvisioningBench(mongo);
      bench.log.on('run:c', failsWith(new InternalError('no room')));
      bench.log.on('undo:b', failsWith(new Error('cannot undo')));

      await expect(bench.runner().provision(bench.request)).rejects.toThrow('no room');

      expect(bench.log.entries).toEqual(['run:a', 'run:b', 'run:c', 'undo:b', 'undo:a']);
      expect(await bench.operation()).toMatchObject({
        state: 'rolling_back',
        lease_until: null,
        steps: [{ state: 'compensated' }, { name: 'b', state: 'done' }, { state: 'failed' }],
      });

      bench.log.heal();
      bench.log.entries.length = 0;
      expect(await bench.runner().provision(bench.request)).toMatchObject({ created: true });
      expect(bench.log.entries).toEqual(['run:a', 'run:b', 'run:c']);
    });

    it('and the runner is killed while it undoes, everything is made anew after the lease', async () => {
      const bench = new ProvisioningBench(mongo);
      bench.log.on('run:c', failsWith(new InternalError('no room')));
      const reached = new Promise<void>((resolve) => {
        bench.log.on('undo:a', () => {
          resolve();
          return never();
        });
      });
      void bench.runner().provision(bench.request);
      await reached;
      bench.log.heal();
      bench.log.entries.length = 0;

      await expect(bench.runner().provision(bench.request)).rejects.toMatchObject({ code: 'RES_STATE' });
      bench.clock.advance(LEASE_MS + 1);
      expect(await bench.runner().provision(bench.request)).toMatchObject({ created: true });

      expect(bench.log.entries).toEqual(['run:a', 'run:b', 'run:c']);
    });
  });

  describe('refuses', () => {
    it('a slug that belongs to another e-mail address or plan, naming it', async () => {
      const { request } = new ProvisioningBench(mongo);
      const runner = new ProvisioningBench(mongo).runner();
      await runner.provision(request);

      for (const change of [{ email: aRequest().email }, { plan: 'starter' as const }]) {
        await expect(runner.provision({ ...request, ...change })).rejects.toMatchObject({
          code: 'VAL_FAILED',
          issues: [{ field: '/slug', code: 'taken' }],
        });
      }
    });

    it('an e-mail address that belongs to another tenant, naming it', async () => {
      const runner = new ProvisioningBench(mongo).runner();
      const request = aRequest();
      await runner.provision(request);

      await expect(runner.provision(aRequest({ email: request.email }))).rejects.toMatchObject({
        code: 'RES_CONFLICT',
        details: { conflictWith: 'email' },
      });
    });

    it('a tenant that is being removed', async () => {
      const bench = new ProvisioningBench(mongo);
      await bench.runner().provision(bench.request);
      const { client_id, provisioning } = await bench.client();
      await mongo.platform(saasClients).update(client_id, { set: { provisioning: { ...provisioning, state: 'deleting' } } });

      await expect(bench.runner().provision(bench.request)).rejects.toMatchObject({ code: 'RES_STATE' });
      await mongo.platform(saasClients).softDelete(client_id, 'spec');
      await expect(bench.runner().provision(bench.request)).rejects.toMatchObject({ code: 'RES_STATE' });
    });
  });
});
