import { definePlatformSeed } from '@caas/composition/seeding';
import { applicationDefaults } from '../applications/application-settings.js';
import { applications } from '../applications/applications.collection.js';
import { seededApplications } from './seeded-applications.js';

/** Applications of the clients: one, two and two. */
export const applicationsSeed = definePlatformSeed({
  name: 'applications',
  collection: applications,
  plan: (context) => {
    const all = seededApplications(context);
    return {
      total: all.length,
      rows: all.map(({ client, appId, name, environment }) => ({
        app_id: appId,
        tenant_id: client.tenantId,
        name,
        description: null,
        environment,
        status: 'active' as const,
        disabled_at: null,
        ...applicationDefaults(),
        metadata: { platform: 'all' as const, version: '1.0.0', notes: null },
        created_at: client.signedUpAt,
      })),
    };
  },
});
