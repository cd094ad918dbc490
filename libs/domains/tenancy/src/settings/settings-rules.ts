import { type FieldIssue, type PlanLimits } from '@caas/runtime';
import { type PlanFeature } from '../tenants/plan-terms.js';
import { SETTING_DEFAULTS, valueAt } from './settings-paths.js';
import { type SettingsDocument } from './settings-schema.js';

/** What the tenant has. */
export interface SettingsTerms {
  readonly limits: PlanLimits;
  readonly features: ReadonlySet<PlanFeature>;
}

/** The feature that each of these settings needs when it is not as by default. */
const NEEDS: Readonly<Record<string, PlanFeature>> = {
  'branding.primary_color': 'custom_branding',
  'branding.secondary_color': 'custom_branding',
  'branding.logo_url': 'custom_branding',
  'branding.favicon_url': 'custom_branding',
  'branding.custom_css': 'custom_branding',
  'branding.powered_by_visible': 'remove_powered_by',
  'security.e2e_encryption_required': 'e2e_encryption',
  'calls.recording_enabled': 'voice_calls',
};

/** The limit that each of these settings may not exceed. */
const BOUNDED_BY: Readonly<Record<string, (limits: PlanLimits) => number>> = {
  'chat.max_file_size_mb': (limits) => limits.maxFileSizeMb,
  'chat.max_group_members': (limits) => limits.maxGroupSize,
};

/** What style sheets may not hold: scripts, other documents, and anything that ends the element they are put in. */
const HOSTILE_CSS = /<|\\|@import|@charset|expression\s*\(|javascript:|vbscript:|behavior\s*:|-moz-binding|url\s*\((?!\s*['"]?\s*https:)/iu;

/** Why the settings at these paths are not allowed; nothing when they are. */
export function settingsIssues(document: SettingsDocument, paths: readonly string[], { limits, features }: SettingsTerms): FieldIssue[] {
  return paths.flatMap((path): FieldIssue[] => {
    const field = `/${path.replaceAll('.', '/')}`;
    const value = valueAt(document, path);
    const feature = NEEDS[path];
    if (feature !== undefined && !features.has(feature) && value !== SETTING_DEFAULTS.get(path)) {
      return [{ field, code: 'plan_feature', message: `needs ${feature}, which the plan does not have`, params: { feature } }];
    }
    const max = BOUNDED_BY[path]?.(limits) ?? -1;
    // a default may exceed the plan, within which every reading stays
    if (max >= 0 && typeof value === 'number' && value > max && value !== SETTING_DEFAULTS.get(path)) {
      return [{ field, code: 'plan_limit', message: `is at most ${max} in the plan`, params: { max } }];
    }
    if (path === 'branding.custom_css' && typeof value === 'string' && HOSTILE_CSS.test(value)) {
      return [{ field, code: 'css', message: 'holds something that style sheets of tenants may not' }];
    }
    return [];
  });
}

/** The settings as far as the plan allows: where a default or an older choice exceeds a limit of now, the limit holds. */
export function withinPlan(document: SettingsDocument, limits: PlanLimits): SettingsDocument {
  const { chat } = document;
  const bounded = (value: number, max: number): number => (max < 0 ? value : Math.min(value, max));
  return {
    ...document,
    chat: {
      ...chat,
      max_file_size_mb: bounded(chat.max_file_size_mb, limits.maxFileSizeMb),
      max_group_members: bounded(chat.max_group_members, limits.maxGroupSize),
    },
  };
}
