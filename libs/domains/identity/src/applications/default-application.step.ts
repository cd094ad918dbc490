import { type ProvisioningStep, type Services } from '@caas/composition';
import { ConflictError } from '@caas/runtime';
import { deriveId } from '@caas/schema';
import { applicationDefaults } from './application-settings.js';
import { applications } from './applications.collection.js';

/** The id of the application that every tenant starts with; derived, so that a repeated step finds it. */
export function defaultApplicationId(tenantId: string): string {
  return deriveId('app', tenantId, 'default');
}

/** Gives a new tenant its first application. */
export function defaultApplicationStep({ mongo }: Pick<Services, 'mongo'>): ProvisioningStep {
  return {
    name: 'default-application',
    async run(tenant) {
      try {
        await mongo.platform(applications).insert({
          app_id: defaultApplicationId(tenant.tenantId),
          tenant_id: tenant.tenantId,
          name: 'Default',
          description: null,
          environment: 'production',
          status: 'active',
          disabled_at: null,
          ...applicationDefaults(),
          metadata: null,
        });
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error; // the step ran before
      }
    },
  };
}
