import { type ModuleList, type ProvisioningStep, type Services } from '@caas/composition';
import { type Mongo, type TenantCollection } from '@caas/data-access-mongo';
import { type TopicReport } from '@caas/messaging-kafka';
import { ConflictError, isRetryable, type TenantContext } from '@caas/runtime';
import { tenantCollections } from '../lifecycle/tenant-collections.js';

/** What every tenant needs before any module adds its own: places for its data, topics, schemas. All idempotent. */
export function infrastructureSteps({ mongo, kafka }: Pick<Services, 'mongo' | 'kafka'>, modules: ModuleList): ProvisioningStep[] {
  const tenantTopics = modules.topics.filter(({ scope }) => scope === 'tenant');
  return [
    collectionsStep(mongo, tenantCollections(modules.collections)),
    {
      name: 'topics',
      run: async (tenant) => refuseUnfit(await kafka.topics.apply(tenantTopics, { tenants: [tenant] }), tenant),
    },
    {
      name: 'schemas',
      run: async () => {
        await kafka.schemas.registerAll(tenantTopics);
      },
    },
  ];
}

/** Topics of the tenant's own that were there and are not as defined are somebody's: whoever uses them must not find other orders or copies. */
function refuseUnfit({ reported }: TopicReport, { tenantId }: TenantContext): void {
  const unfit = reported.filter(({ topic }) => topic.endsWith(`.${tenantId}`));
  if (unfit.length === 0) return;
  const names = unfit.map(({ topic, kind }) => `${topic} (${kind})`).join(', ');
  throw new ConflictError(`Topics of the tenant exist and are not as defined: ${names}.`, { details: { reason: 'topic_unfit' } });
}

/**
 * Makes the tenant's collections with their validators and indexes at the place that its isolation says. Collections of the tenant's own are dropped again
 * when this step or a later one fails for good, by the list of definitions; the shared ones stay, whoever is in them.
 */
export function collectionsStep(mongo: Mongo, collections: readonly TenantCollection[]): ProvisioningStep {
  const dropOwn = async (tenant: TenantContext): Promise<void> => {
    if (tenant.isolation.model !== 'shared') await mongo.operateOnTenant(tenant).drop(collections);
  };
  return {
    name: 'collections',
    run: async (tenant) => {
      try {
        await mongo.ensure(collections, { tenant });
      } catch (error) {
        if (!isRetryable(error)) await dropOwn(tenant);
        throw error;
      }
    },
    compensate: dropOwn,
  };
}
