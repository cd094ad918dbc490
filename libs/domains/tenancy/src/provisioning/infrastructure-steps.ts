import { type ModuleList, type ProvisioningStep, type Services } from '@caas/composition';

/** What every tenant needs before any module adds its own: places for its data, topics, schemas. All idempotent. */
export function infrastructureSteps({ mongo, kafka }: Pick<Services, 'mongo' | 'kafka'>, modules: ModuleList): ProvisioningStep[] {
  const tenantTopics = modules.topics.filter(({ scope }) => scope === 'tenant');
  return [
    {
      name: 'collections',
      run: async (tenant) => {
        await mongo.ensure(modules.collections, { tenant });
      },
    },
    {
      name: 'topics',
      run: async (tenant) => {
        await kafka.topics.apply(tenantTopics, { tenants: [tenant] });
      },
    },
    {
      name: 'schemas',
      run: async () => {
        await kafka.schemas.registerAll(tenantTopics);
      },
    },
  ];
}
