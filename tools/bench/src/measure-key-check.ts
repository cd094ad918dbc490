import { ApiKeyAuthenticator } from '@caas/identity';
import { systemClock } from '@caas/runtime';
import { type Figure } from './support/report.js';
import { median } from './support/statistics.js';
import { connectStores } from './support/stores.js';
import { stubKey } from './support/stub-keys.js';
import { type BenchSystem } from './support/system.js';
import { PEPPERS, tenantRecords } from './support/tenant-records.js';

const TENANTS = 1_000;
const HITS = 1_000_000;

/** P11: the check of an API key that is known, and what one that is not known reads. In this process; records lie in memory. */
export async function measureKeyCheck(system: BenchSystem, { rounds }: { rounds: number }): Promise<Figure[]> {
  const stores = await connectStores(system, 'benchkeys');
  try {
    const records = tenantRecords(TENANTS);
    const authenticator = new ApiKeyAuthenticator({ mongo: records.source, redis: stores.redis, peppers: PEPPERS, clock: systemClock });
    for (let tenant = 0; tenant < TENANTS; tenant++) await authenticator.authenticate(stubKey(tenant));
    const readsOfMisses = records.reads() / TENANTS;
    const key = stubKey(0);
    const samples = Array.from({ length: rounds + 1 }, () => {
      const { user, system: kernel } = process.cpuUsage();
      for (let hit = 0; hit < HITS; hit++) void authenticator.authenticate(key);
      const spent = process.cpuUsage({ user, system: kernel });
      return (spent.user + spent.system) / HITS;
    });
    const hit = median(samples.slice(1));
    return [
      { goal: 'P11', what: 'check of a known API key', measured: `${HITS} checks`, value: hit, unit: 'µs', floor: 1.5 },
      { goal: 'P11', what: 'records read for an unknown one', measured: `${TENANTS} keys`, value: readsOfMisses, unit: 'calls', floor: 1 },
    ];
  } finally {
    await stores.close();
  }
}
