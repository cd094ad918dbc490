import { type Mongo, op } from '@caas/data-access-mongo';
import { ConflictError, type Logger, type ProvisioningState } from '@caas/runtime';
import { saasClients } from '../tenants/tenants.collection.js';

/**
 * How many tenants with collections of their own one replica set takes: each has about 130 files of its own in the storage engine, which bounds how fast
 * a node starts and how many it may hold open.
 */
export interface IsolationBudget {
  readonly max: number;
  /** From here on every new one is warned about. */
  readonly alertAt: number;
}

export const ISOLATION_BUDGET: IsolationBudget = { max: 100, alertAt: 70 };

/** Tenants in these states have collections, or are about to. */
const WITH_COLLECTIONS: readonly ProvisioningState[] = ['provisioning', 'ready', 'migrating', 'deleting'];

/** No room for another tenant with collections of its own. Goes away when one leaves or the deployment grows. */
export class IsolationBudgetError extends ConflictError {
  constructor({ used, max }: { used: number; max: number }) {
    super(`The deployment has ${used} of at most ${max} tenants with collections of their own. Use another plan, or another replica set.`, {
      code: 'RES_STATE',
      details: { reason: 'isolation_budget', used, limit: max },
    });
  }
}

/**
 * Refuses one more tenant of the collection strategy when there are as many as the budget allows. `own` is not counted: a tenant that is being provisioned
 * occupies its place already. Two that take the last place at once may both be refused; never are both let in.
 */
export async function refuseOverBudget(
  { mongo, logger }: { mongo: Mongo; logger: Logger },
  budget: IsolationBudget,
  own?: string,
): Promise<void> {
  const others = { 'isolation.model': 'collection' as const, 'provisioning.state': op.in(WITH_COLLECTIONS) };
  const filter = own === undefined ? others : { ...others, client_id: op.ne(own) };
  const used = await mongo.platform(saasClients).count(filter, { includeDeleted: true, readFrom: 'primary' });
  if (used >= budget.max) throw new IsolationBudgetError({ used, max: budget.max });
  if (used + 1 >= budget.alertAt) {
    logger.warn({ used: used + 1, max: budget.max }, 'the tenants with collections of their own come near the limit of the deployment');
  }
}
