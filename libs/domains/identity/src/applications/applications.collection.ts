import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { text, z } from '@caas/schema';

/** A product or environment of a tenant. */
export const applications = defineCollection({
  name: 'applications',
  scope: 'platform',
  id: { field: 'app_id', prefix: 'app' },
  softDelete: true,
  description: 'A product or environment of a tenant',
  schema: z.strictObject({
    tenant_id: z.string().regex(/^clnt_[a-z0-9]{8,32}$/),
    name: text({ min: 1, max: 100 }),
    description: text({ max: 1000 }).nullable(),
    environment: z.enum(['development', 'staging', 'production']),
    status: z.enum(['active', 'disabled', 'deleted']),
  }),
  indexes: [
    { name: 'tenant_name_unique', keys: { tenant_id: 1, name: 1 }, unique: true, partial: { deleted_at: null } },
    { name: 'tenant_status_created', keys: { tenant_id: 1, status: 1, created_at: -1 } },
  ],
});

export type Application = DocumentOf<typeof applications>;
