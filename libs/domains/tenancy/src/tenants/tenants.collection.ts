import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { ISOLATION_MODELS, PLANS, PROVISIONING_STATES, TENANT_STATUSES, TOPIC_PLACES } from '@caas/runtime';
import { bsonDate, email, idOf, int32, int64, phone, postalAddress, text, z } from '@caas/schema';
import { planFeatureOverrides, planLimitOverrides } from './plan-terms.js';

const contact = z.strictObject({
  primary_email: email(),
  /** Notices about money go here; to the primary address when null. */
  billing_email: email().nullable(),
  phone: phone().nullable(),
  address: postalAddress().nullable(),
});

const verification = z.strictObject({
  email_verified: z.boolean(),
  /** By a DNS TXT record. */
  domain_verified: z.boolean(),
  verified_at: bsonDate().nullable(),
});

/** The strategy in force and where it puts the data. Changed by the flip of a migration only, which raises `epoch`. */
const isolation = z.strictObject({
  model: z.enum(ISOLATION_MODELS),
  /** Set when the model is `database`. */
  database_name: text({ min: 1, max: 63 }).nullable(),
  region: z.string().regex(/^[a-z0-9][a-z0-9-]{0,49}$/u, 'must be a region such as us-east-1'),
  epoch: int64({ min: 1 }),
});

/** Where the tenant's topics are. Changed by the flip of their move only, which raises `epoch`. */
const topics = z.strictObject({ place: z.enum(TOPIC_PLACES), epoch: int64({ min: 1 }) });

/** How far the tenant's places are made. */
const provisioning = z.strictObject({
  state: z.enum(PROVISIONING_STATES),
  /** The level that the tenant's own collections have; 0 before the first migration. */
  schema_version: int32({ min: 0 }),
  operation_id: idOf('op').nullable(),
});

/** Rules for the people who manage the account. */
const consoleSecurity = z.strictObject({
  mfa_required: z.boolean(),
  ip_whitelist_enabled: z.boolean(),
  allowed_domains: z.array(text({ min: 1, max: 253 })).max(50),
  session_timeout_minutes: int32({ min: 5, max: 1440 }),
});

/** What sales knows of the company. */
const clientMetadata = z.strictObject({
  industry: z.enum(['healthcare', 'finance', 'education', 'other']).nullable(),
  company_size: z.enum(['startup', 'smb', 'enterprise']).nullable(),
  referral_source: text({ max: 200 }).nullable(),
  notes: text({ max: 4000 }).nullable(),
});

/**
 * Root of a tenant: the company that signed up. Its id is the `tenant_id` everywhere else. Holds no usage (`tenant_quotas`) and no people
 * (`admin_memberships`). Slug and address stay unique through soft delete, so that a restore cannot conflict.
 */
export const saasClients = defineCollection({
  name: 'saas_clients',
  scope: 'platform',
  id: { field: 'client_id', prefix: 'clnt' },
  softDelete: true,
  description: 'Root of a tenant: the company that signed up',
  schema: z.strictObject({
    company_name: text({ min: 1, max: 200 }),
    slug: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{1,61})[a-z0-9]$/u),
    contact,
    status: z.enum(TENANT_STATUSES),
    status_reason: text({ max: 500 }).nullable(),
    status_changed_by: text({ min: 1, max: 100 }).nullable(),
    verification,
    /** Copy of the plan's tier; changed by upgrade and downgrade only. */
    tier: z.enum(PLANS),
    subscription_id: idOf('sub').nullable(),
    isolation,
    /** Absent until they first move: then they are where the tier puts them. */
    topics: topics.optional(),
    provisioning,
    quota_overrides: planLimitOverrides.nullable(),
    feature_overrides: planFeatureOverrides.nullable(),
    security: consoleSecurity,
    metadata: clientMetadata.nullable(),
    activated_at: bsonDate().nullable(),
    suspended_at: bsonDate().nullable(),
    cancelled_at: bsonDate().nullable(),
    /** From here on the tenant may be removed for good. */
    purge_after: bsonDate().nullable(),
  }),
  // Lists end with the id, which breaks ties of their order; without it the server would sort in memory.
  indexes: [
    { name: 'slug_unique', keys: { slug: 1 }, unique: true },
    { name: 'primary_email_unique', keys: { 'contact.primary_email': 1 }, unique: true },
    { name: 'created', keys: { created_at: -1, client_id: -1 } },
    { name: 'status_created', keys: { status: 1, created_at: -1, client_id: -1 } },
    { name: 'tier_status', keys: { tier: 1, status: 1 } },
    { name: 'purge_after', keys: { purge_after: 1 }, partial: { purge_after: { $type: 'date' } } },
  ],
});

export type SaasClient = DocumentOf<typeof saasClients>;
