import { AuthorizationError, type Principal, ValidationError } from '@caas/runtime';
import { type JsonObject, text, z } from '@caas/schema';
import { grantOf } from '@caas/gateway-middleware';
import { SECRET_SETTINGS, SETTING_DEFAULTS } from './settings-paths.js';
import { settingsSchema } from './settings-schema.js';
import { type SettingsChanges, type TenantSettings } from './settings.service.js';

/** Stands for a secret that is set; sent back, it stays as it is. */
const MASK = '***';
/** Sections of the developers of a tenant. */
const DEVELOPER_SECTIONS: ReadonlySet<string> = new Set(['chat', 'integrations']);

const { analytics } = settingsSchema.shape.integrations.shape;

/** Settings as the API shows them; secrets are masked. */
export const settingsResource = settingsSchema
  .extend({
    integrations: z.strictObject({
      analytics: z.strictObject({ google_analytics_id: analytics.shape.google_analytics_id, mixpanel_token: text({ max: 10 }).nullable() }),
    }),
  })
  .meta({ id: 'TenantSettings' });

export function toSettingsResource({ settings, secrets }: TenantSettings): z.output<typeof settingsResource> {
  const { google_analytics_id } = settings.integrations.analytics;
  const mixpanel_token = secrets.includes('integrations.analytics.mixpanel_token') ? MASK : null;
  return { ...settings, integrations: { analytics: { google_analytics_id, mixpanel_token } } };
}

/**
 * The changes that a body asks for, by path. With `replace`, what a named section does not mention goes back to its default; sections that are not named stay
 * either way.
 */
export function settingsChangesOf(body: JsonObject, { replace }: { replace: boolean }): SettingsChanges {
  const named = leavesOf(body, '');
  const dropped = replace ? [...SETTING_DEFAULTS.keys()].filter((path) => (path.split('.')[0] ?? '') in body && !(path in named)) : [];
  const changes = { ...named, ...Object.fromEntries(dropped.map((path) => [path, null])) };
  return Object.fromEntries(Object.entries(changes).filter(([path, value]) => !(SECRET_SETTINGS.has(path) && value === MASK)));
}

function leavesOf(value: JsonObject, prefix: string): Record<string, unknown> {
  const leaves: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    const path = `${prefix}${name}`;
    const isGroup = !SETTING_DEFAULTS.has(path) && typeof item === 'object' && item !== null && !Array.isArray(item);
    if (isGroup) Object.assign(leaves, leavesOf(item, `${path}.`));
    else leaves[path] = item;
  }
  return leaves;
}

/** Throws `AuthorizationError` when the caller may change some sections only, and others are named. */
export function requireSections({ actor, roles }: Principal, changes: SettingsChanges): void {
  if (actor !== 'admin' || grantOf('admin', roles, 'tenant.settings.manage') === true) return;
  const closed = Object.keys(changes).find((path) => !DEVELOPER_SECTIONS.has(path.split('.')[0] ?? ''));
  if (closed === undefined) return;
  throw new AuthorizationError('AUTHZ_DENIED', 'Developers change the sections chat and integrations.', {
    details: { reason: 'settings_section', requiredPermission: 'tenant.settings.manage' },
  });
}

/** The refusal of settings as the API tells it: where in the body, and 403 for what the plan does not have. */
export function settingsRefusal(error: unknown): unknown {
  if (!(error instanceof ValidationError)) return error;
  const issues = error.issues.map((issue) => ({ ...issue, field: `/body${issue.field}` }));
  if (!issues.some(({ code }) => code === 'plan_feature')) return new ValidationError(issues, { cause: error });
  return new AuthorizationError('TENANT_FEATURE_DISABLED', 'The plan does not have a feature that the settings need.', {
    details: { issues, reason: 'plan_feature' },
    cause: error,
  });
}
