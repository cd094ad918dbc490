import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { double, int32, tenantReference, text, z } from '@caas/schema';

const rule = z.strictObject({
  rule_id: text({ min: 1, max: 100 }),
  condition: z.strictObject({
    /** What is counted: `failed_logins`, `requests_per_minute` and the like. */
    metric: z.string().regex(/^[a-z][a-z_]{0,63}$/u),
    operator: z.enum(['gt', 'gte', 'lt', 'lte', 'eq']),
    threshold: double(),
    window_seconds: int32({ min: 1 }),
  }),
  action: z.strictObject({
    type: z.enum(['block', 'captcha', 'notify', 'rate_limit']),
    duration_seconds: int32({ min: 1 }).nullable(),
    notify: z.array(z.enum(['admin', 'user'])).max(2),
  }),
  enabled: z.boolean(),
});

/** Rules that watch calls and answer to patterns. `testing` policies only log. */
export const securityPolicies = defineCollection({
  name: 'security_policies',
  scope: 'platform',
  id: { field: 'policy_id', prefix: 'pol' },
  description: 'Rules that watch calls and block, slow down or report',
  schema: z.strictObject({
    scope: z.enum(['global', 'tenant']),
    /** Null when the scope is global. */
    tenant_id: tenantReference().nullable(),
    type: z.enum(['rate_limit', 'authentication', 'access', 'content']),
    name: text({ min: 1, max: 100 }),
    description: text({ max: 1000 }).nullable(),
    rules: z.array(rule).max(50),
    status: z.enum(['active', 'disabled', 'testing']),
    metadata: z.strictObject({
      version: int32({ min: 1 }),
      created_by: text({ min: 1, max: 100 }),
      last_modified_by: text({ min: 1, max: 100 }).nullable(),
      notes: text({ max: 4000 }).nullable(),
    }),
  }),
  indexes: [
    { name: 'scope_type_status', keys: { scope: 1, tenant_id: 1, type: 1, status: 1 } },
    {
      name: 'live_name_unique',
      keys: { scope: 1, tenant_id: 1, name: 1 },
      unique: true,
      partial: { status: { $in: ['active', 'testing'] } },
    },
  ],
});

export type SecurityPolicy = DocumentOf<typeof securityPolicies>;
