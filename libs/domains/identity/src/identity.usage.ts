import { type Services, type UsageCount } from '@caas/composition';
import { op } from '@caas/data-access-mongo';
import { applications } from './applications/applications.collection.js';
import { users } from './users/users.collection.js';

/** How many users and applications a tenant has, by their rows. */
export default function identityUsage({ mongo }: Pick<Services, 'mongo'>): UsageCount[] {
  return [
    {
      resource: 'users_count',
      isLowerBound: false,
      count: (tenant) => mongo.inspectTenant(tenant).repository(users).count({ status: 'active' }, { readFrom: 'primary' }),
    },
    {
      resource: 'applications',
      isLowerBound: false,
      count: (tenant) =>
        mongo.platform(applications).count({ tenant_id: tenant.tenantId, status: op.ne('deleted') }, { readFrom: 'primary' }),
    },
  ];
}
