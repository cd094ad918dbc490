import { type SeedContext } from '@caas/composition/seeding';
import { type SeededClient, seededClients } from '@caas/tenancy/seeds';
import { type Application } from '../applications/applications.collection.js';
import { defaultApplicationId } from '../applications/default-application.step.js';

export interface SeededApplication {
  readonly client: SeededClient;
  readonly appId: string;
  readonly name: string;
  readonly environment: Application['environment'];
}

/** The default one of each client, and a staging one where the plan has room for it. */
export function seededApplications(context: SeedContext): readonly SeededApplication[] {
  return seededClients(context).flatMap((client): SeededApplication[] => {
    const production = { client, appId: defaultApplicationId(client.tenantId), name: 'Default', environment: 'production' } as const;
    if (client.plan === 'free') return [production];
    return [production, { client, appId: context.id('app', client.plan, 'staging'), name: 'Staging', environment: 'staging' }];
  });
}
