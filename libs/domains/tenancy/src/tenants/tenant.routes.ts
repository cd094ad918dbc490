import { defineRoute, type GuardedAccess, type RouteDefinition } from '@caas/gateway-middleware';
import { auditActorOf, PLANS, QUOTA_RESOURCES, TENANT_STATUSES } from '@caas/runtime';
import { dateTime, email, freeForm, int32, int64, phone, postalAddress, tenantReference, text, z } from '@caas/schema';
import { featuresOf } from '../settings/plan-features.js';
import { requireSections, settingsChangesOf, settingsRefusal, settingsResource, toSettingsResource } from '../settings/settings-body.js';
import { type SettingsService } from '../settings/settings.service.js';
import { type TenantUsageReport, type TenantUsageService } from '../usage/tenant-usage.service.js';
import { PLAN_FEATURES } from './plan-terms.js';
import { type TenantAccountService, tenantChanges } from './tenant-account.service.js';
import { type SaasClient } from './tenants.collection.js';

const tags = ['Tenant'];
const reading = { credentials: ['key', 'admin', 'platform'] } as const satisfies Partial<GuardedAccess>;
/** Settings as a JSON object: style sheets, lists of words and templates in it may be long. */
const settingsBody = freeForm({ maxBytes: 524_288, maxKeys: 1_000 });

const tenantResource = z
  .strictObject({
    tenant_id: tenantReference(),
    company_name: text({ min: 1, max: 200 }),
    slug: text({ max: 63 }),
    plan: z.enum(PLANS),
    status: z.enum(TENANT_STATUSES),
    region: text({ max: 50 }),
    features: z.array(z.enum(PLAN_FEATURES)),
    contact: z.strictObject({
      primary_email: email(),
      billing_email: email().nullable(),
      phone: phone().nullable(),
      address: postalAddress().nullable(),
    }),
    security: z.strictObject({
      mfa_required: z.boolean(),
      ip_whitelist_enabled: z.boolean(),
      session_timeout_minutes: int32({ min: 5, max: 1440 }),
    }),
    created_at: dateTime(),
    updated_at: dateTime(),
  })
  .meta({ id: 'Tenant' });

function toTenantResource(client: SaasClient): z.output<typeof tenantResource> {
  const { mfa_required, ip_whitelist_enabled, session_timeout_minutes } = client.security;
  return {
    tenant_id: client.client_id,
    company_name: client.company_name,
    slug: client.slug,
    plan: client.tier,
    status: client.status,
    region: client.isolation.region,
    features: [...featuresOf(client)],
    contact: client.contact,
    security: { mfa_required, ip_whitelist_enabled, session_timeout_minutes },
    created_at: client.created_at.toISOString(),
    updated_at: client.updated_at.toISOString(),
  };
}

/** A number of each resource. */
const perResource = <Field extends z.ZodType>(field: Field) =>
  z.strictObject(Object.fromEntries(QUOTA_RESOURCES.map((name) => [name, field])) as Record<(typeof QUOTA_RESOURCES)[number], Field>);

const usageResource = z
  .strictObject({
    period: z.strictObject({ start: dateTime(), end: dateTime() }),
    /** -1 is no limit. */
    metrics: perResource(
      z.strictObject({
        used: int64({ min: 0 }),
        limit: int64({ min: -1 }),
        remaining: int64({ min: -1 }),
        percent: int64({ min: 0 }),
        overage: int64({ min: 0 }),
      }),
    ),
    series: z.array(z.strictObject({ start: dateTime(), usage: perResource(int64({ min: 0 })) })),
    as_of: dateTime(),
  })
  .meta({ id: 'Usage' });

function toUsageResource({ period, metrics, series, asOf }: TenantUsageReport): z.output<typeof usageResource> {
  return {
    period: { start: period.start.toISOString(), end: period.end.toISOString() },
    metrics,
    series: series.map(({ start, usage }) => ({ start: start.toISOString(), usage })),
    as_of: asOf.toISOString(),
  };
}

export interface TenantRoutesParts {
  readonly account: TenantAccountService;
  readonly settings: SettingsService;
  readonly usage: TenantUsageService;
}

export function tenantRoutes({ account, settings, usage }: TenantRoutesParts): RouteDefinition[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/tenant',
      operationId: 'getTenant',
      summary: 'Get the tenant of the caller',
      tags,
      access: { permission: 'tenant.read', ...reading, whileTenantIs: ['pending', 'suspended'] },
      versioned: true,
      responses: { 200: tenantResource },
      handler: async ({ tenant }) => {
        const client = await account.get(tenant);
        return { status: 200, body: toTenantResource(client), version: client.__v };
      },
    }),
    defineRoute({
      method: 'PATCH',
      path: '/v1/tenant',
      operationId: 'updateTenant',
      summary: 'Change the tenant’s own record',
      tags,
      access: { permission: 'admin.tenant.manage', credentials: ['admin'] },
      rateClass: 'key_admin',
      versioned: true,
      body: tenantChanges,
      responses: { 200: tenantResource },
      errors: ['RES_CONFLICT', 'RES_VERSION'],
      handler: async ({ tenant, principal, body: changes, expectedVersion }) => {
        const origin = { by: principal.subjectId, actor: auditActorOf(principal) };
        const client = await account.update(tenant, { changes, expectedVersion, ...origin });
        return { status: 200, body: toTenantResource(client), version: client.__v };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/tenant/settings',
      operationId: 'getTenantSettings',
      summary: 'Get every setting, defaults included; secrets are masked',
      tags,
      access: { permission: 'tenant.settings.read', ...reading, whileTenantIs: ['suspended'] },
      versioned: true,
      responses: { 200: settingsResource },
      handler: async ({ tenant }) => {
        const known = await settings.get(tenant);
        return { status: 200, body: toSettingsResource(known), version: known.version };
      },
    }),
    ...(['PUT', 'PATCH'] as const).map((method) =>
      defineRoute({
        method,
        path: '/v1/tenant/settings',
        operationId: method === 'PUT' ? 'replaceTenantSettings' : 'updateTenantSettings',
        summary: method === 'PUT' ? 'Replace the sections that are named' : 'Change the settings that are named',
        description:
          method === 'PUT'
            ? 'What a named section does not mention goes back to its default; other sections stay.'
            : 'Settings that are not named stay; `null` puts a default back.',
        tags,
        access: { permission: 'tenant.settings.manage', credentials: ['key', 'admin'] },
        rateClass: 'key_admin',
        versioned: true,
        body: settingsBody,
        responses: { 200: settingsResource },
        errors: ['TENANT_FEATURE_DISABLED', 'RES_VERSION'],
        handler: async ({ tenant, principal, body, expectedVersion }) => {
          const changes = settingsChangesOf(body, { replace: method === 'PUT' });
          requireSections(principal, changes);
          const origin = { by: principal.subjectId, actor: auditActorOf(principal) };
          try {
            const after = await settings.update(tenant, changes, { ...origin, ...(expectedVersion !== undefined && { expectedVersion }) });
            return { status: 200, body: toSettingsResource(after), version: after.version } as const;
          } catch (error) {
            throw settingsRefusal(error);
          }
        },
      }),
    ),
    defineRoute({
      method: 'GET',
      path: '/v1/tenant/usage',
      operationId: 'getTenantUsage',
      summary: 'Get what the tenant uses against its plan',
      description: 'Written down every few seconds: at most a minute behind.',
      tags,
      access: { permission: 'tenant.usage.read', ...reading, whileTenantIs: ['suspended', 'cancelled'] },
      query: z.strictObject({
        period: z
          .string()
          .regex(/^(?:current|20[2-9][0-9]-(?:0[1-9]|1[0-2]))$/u, 'must be current or a month such as 2026-11')
          .default('current'),
      }),
      responses: { 200: usageResource },
      handler: async ({ tenant, query: { period } }) => ({
        status: 200,
        body: toUsageResource(await usage.report(tenant, period === 'current' ? undefined : period)),
      }),
    }),
  ];
}
