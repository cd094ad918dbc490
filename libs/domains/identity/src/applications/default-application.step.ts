import { announcing, type ProvisioningStep, type Services } from '@caas/composition';
import { ConflictError } from '@caas/runtime';
import { deriveId } from '@caas/schema';
import { applicationCreated } from '@caas/tenancy';
import { applicationDefaults } from './application-settings.js';
import { applications } from './applications.collection.js';

/** The id of the application that every tenant starts with; derived, so that a repeated step finds it. */
export function defaultApplicationId(tenantId: string): string {
  return deriveId('app', tenantId, 'default');
}

/** Gives a new tenant its first application. */
export function defaultApplicationStep({ mongo, outbox, clock }: Pick<Services, 'mongo' | 'outbox' | 'clock'>): ProvisioningStep {
  return {
    name: 'default-application',
    async run(tenant) {
      const { tenantId: tenant_id } = tenant;
      const app_id = defaultApplicationId(tenant_id);
      const at = clock.now();
      const row = {
        app_id,
        tenant_id,
        name: 'Default',
        description: null,
        environment: 'production',
        status: 'active',
        disabled_at: null,
        ...applicationDefaults(),
        metadata: null,
      } as const;
      try {
        await outbox.commit({
          events: [
            announcing({
              event: applicationCreated,
              tenant,
              timestamp: at,
              payload: { application_id: app_id, tenant_id, name: row.name, by: 'provisioning', at },
            }),
          ],
          proof: { collection: applications.name, tenantId: null, id: app_id, version: 0 },
          write: () => mongo.platform(applications).insert(row),
        });
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error; // the step ran before
      }
    },
  };
}
