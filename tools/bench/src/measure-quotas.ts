import { setImmediate as nextTurn } from 'node:timers/promises';
import { systemClock, type TenantContext } from '@caas/runtime';
import { QuotasService } from '@caas/tenancy';
import { type Collection, type MongoClient } from 'mongodb';
import { type Figure } from './support/report.js';
import { Rounds } from './support/rounds.js';
import { scriptCalls } from './support/redis-calls.js';
import { type Stores } from './support/stores.js';
import { type BenchSystem } from './support/system.js';
import { timed } from './support/timed.js';

const CHECKS = 20_000;
const RAW_CHECKS = 400;
const LANES = 8;
/** So many checks share a turn of the event loop, as requests do that arrive together. */
const PER_TURN = 20;
const WARM_UP = 2;

/** The leased check beside what it replaces: one counting update through the driver. With the calls of Redis that a check costs. */
export async function measureQuotas(
  { system, stores, client, tenant }: { system: BenchSystem; stores: Stores; client: MongoClient; tenant: TenantContext },
  { rounds }: { rounds: number },
): Promise<Figure[]> {
  const quotas = new QuotasService({ ...stores, clock: systemClock });
  const counters: Collection<{ _id: string; used: number }> = client.db('benchraw_platform').collection('counters');
  await counters.insertOne({ _id: tenant.tenantId, used: 0 });
  const results = new Rounds();
  let [checks, waited, scripts] = [0, 0, 0];
  for (let round = 0; round < WARM_UP + rounds; round++) {
    const before = await scriptCalls(system.stack.redis_url);
    let waitedNow = 0;
    const check = (index: number): Promise<unknown> | undefined => {
      const answer = quotas.check(tenant, 'api_calls');
      if (answer instanceof Promise) waitedNow += 1;
      return answer instanceof Promise ? answer : index % PER_TURN === 0 ? nextTurn() : undefined;
    };
    const leased = await timed(check, { operations: CHECKS, lanes: 1 });
    const after = await scriptCalls(system.stack.redis_url);
    const count = () => counters.findOneAndUpdate({ _id: tenant.tenantId }, { $inc: { used: 1 } }, { maxTimeMS: 5_000 });
    const counted = await timed(count, { operations: RAW_CHECKS, lanes: LANES });
    if (round < WARM_UP) continue;
    results.add('check', leased);
    results.add('update', counted);
    checks += CHECKS;
    waited += waitedNow;
    scripts += after - before;
  }
  const measured = `${checks} checks, ${scripts} scripts`;
  return [
    results.compare({ what: 'quota check, leased / one counting update', name: 'check', baseline: 'update', by: 'cpu' }),
    results.compare({ what: 'quota check, leased / one counting update', name: 'check', baseline: 'update', by: 'rate' }),
    { what: 'Redis scripts a quota check', measured, value: scripts / checks, unit: 'calls' },
    { what: 'quota checks that waited for Redis', measured, value: waited / checks, unit: 'calls' },
  ];
}
