import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, tenantReference, text, z } from '@caas/schema';
import { applicationConfig, applicationSecurity } from './application-settings.js';

/** Development and staging take test keys, production takes live ones. */
export const APPLICATION_ENVIRONMENTS = ['development', 'staging', 'production'] as const;

/**
 * A product or environment of a tenant. Keys (`api_keys`), address lists (`ip_whitelist`), webhooks (`webhook_endpoints`) and counters
 * (`metrics`) are elsewhere.
 */
export const applications = defineCollection({
  name: 'applications',
  scope: 'platform',
  id: { field: 'app_id', prefix: 'app' },
  softDelete: true,
  description: 'A product or environment of a tenant',
  schema: z.strictObject({
    tenant_id: tenantReference(),
    name: text({ min: 1, max: 100 }),
    description: text({ max: 1000 }).nullable(),
    /** Never changes. */
    environment: z.enum(APPLICATION_ENVIRONMENTS),
    status: z.enum(['active', 'disabled', 'deleted']),
    disabled_at: bsonDate().nullable(),
    config: applicationConfig,
    security: applicationSecurity,
    metadata: z
      .strictObject({
        platform: z.enum(['web', 'mobile', 'desktop', 'all']).nullable(),
        version: text({ max: 50 }).nullable(),
        notes: text({ max: 4000 }).nullable(),
      })
      .nullable(),
  }),
  indexes: [
    { name: 'tenant_name_unique', keys: { tenant_id: 1, name: 1 }, unique: true, partial: { deleted_at: null } },
    { name: 'tenant_status_created', keys: { tenant_id: 1, status: 1, created_at: -1 } },
    { name: 'allowed_origins', keys: { 'config.allowed_origins': 1 } },
  ],
});

export type Application = DocumentOf<typeof applications>;
