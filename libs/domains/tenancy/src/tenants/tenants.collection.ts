import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { ISOLATION_MODELS, PLANS, PROVISIONING_STATES, TENANT_STATUSES } from '@caas/runtime';
import { bsonDate, email, idOf, int32, int64, text, z } from '@caas/schema';

/** Root of a tenant: the company that signed up. Its id is the `tenant_id` everywhere else. */
export const saasClients = defineCollection({
  name: 'saas_clients',
  scope: 'platform',
  id: { field: 'client_id', prefix: 'clnt' },
  softDelete: true,
  description: 'Root of a tenant: the company that signed up',
  schema: z.strictObject({
    company_name: text({ min: 1, max: 200 }),
    slug: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{1,61})[a-z0-9]$/),
    contact: z.strictObject({ primary_email: email() }),
    status: z.enum(TENANT_STATUSES),
    tier: z.enum(PLANS),
    isolation: z.strictObject({
      model: z.enum(ISOLATION_MODELS),
      database_name: text({ min: 1, max: 63 }).nullable(),
      epoch: int64({ min: 1 }),
    }),
    provisioning: z.strictObject({
      state: z.enum(PROVISIONING_STATES),
      operation_id: idOf('op').nullable(),
    }),
    quota_overrides: z
      .strictObject({ requests_per_minute: int32({ min: 1 }).nullable(), burst_per_second: int32({ min: 1 }).nullable() })
      .nullable(),
    activated_at: bsonDate().nullable(),
  }),
  // Lists end with the id, which breaks ties of their order; without it the server would sort in memory.
  indexes: [
    { name: 'slug_unique', keys: { slug: 1 }, unique: true },
    { name: 'primary_email_unique', keys: { 'contact.primary_email': 1 }, unique: true },
    { name: 'created', keys: { created_at: -1, client_id: -1 } },
    { name: 'status_created', keys: { status: 1, created_at: -1, client_id: -1 } },
    { name: 'tier_status', keys: { tier: 1, status: 1 } },
  ],
});

export type SaasClient = DocumentOf<typeof saasClients>;
