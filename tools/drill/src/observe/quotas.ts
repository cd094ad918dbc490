import { type QuotaCounter } from '../checker/observed.js';
import { type DrillSystem } from '../system/drill-system.js';
import { type DrillTenant } from '../system/tenant.js';
import { type RawRows } from './rows.js';

interface Shown {
  readonly usage: readonly { readonly resource: string; readonly counted?: number }[];
}

/** The counters of stored messages. One that is off is mended where `mayRepair` says that the drill may have cost a count. */
export async function readQuotas(system: DrillSystem, { rows, mayRepair }: { rows: RawRows; mayRepair: boolean }): Promise<QuotaCounter[]> {
  return Promise.all(
    system.tenants.map(async ({ alias, tenantId }) => {
      const stored = await rows.countOf(tenantId);
      const drift = system.knownDrift.get(alias) ?? 0;
      const counted = (await readCounter(system, tenantId)) - drift;
      // Messages are counted where they are stored; what gateways reserve stands beside the counter, not in it.
      const counter = { tenant: alias, counted, held: 0, rows: stored };
      if (counted === stored) return counter;
      if (mayRepair) await system.admin('quota', 'repair', tenantId);
      const value = await readCounter(system, tenantId);
      system.knownDrift.set(alias, value - stored);
      return mayRepair ? { ...counter, repaired: value === stored ? stored : value - drift } : counter;
    }),
  );
}

async function readCounter(system: DrillSystem, tenantId: DrillTenant['tenantId']): Promise<number> {
  const { usage } = (await system.admin('quota', 'show', tenantId)) as Shown;
  return usage.find(({ resource }) => resource === 'messages_count')?.counted ?? 0;
}
