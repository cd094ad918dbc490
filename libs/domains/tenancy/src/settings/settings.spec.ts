import { describe, expect, it } from '@jest/globals';
import { PLAN_LIMITS, PLANS } from '@caas/runtime';
import { type PlanFeature } from '../tenants/plan-terms.js';
import { featuresOf, featuresOfPlan } from './plan-features.js';
import { SETTINGS_DEFAULTS } from './settings-defaults.js';
import { changed, SETTING_DEFAULTS, withDefaults } from './settings-paths.js';
import { settingsIssues, withinPlan } from './settings-rules.js';
import { settingsSchema, storedSettingsSchema } from './settings-schema.js';

describe('defaults', () => {
  it('are settings themselves, and can be stored', () => {
    expect(settingsSchema.parse(SETTINGS_DEFAULTS)).toEqual(SETTINGS_DEFAULTS);
    expect(storedSettingsSchema.parse(SETTINGS_DEFAULTS)).toEqual(SETTINGS_DEFAULTS);
    expect(storedSettingsSchema.parse({})).toEqual({});
  });

  it('stand in for every setting that a row does not have', () => {
    const row = { chat: { max_message_length: 7 }, security: { password_policy: { min_length: 12 } } };

    expect(withDefaults({})).toEqual(SETTINGS_DEFAULTS);
    expect(withDefaults(row)).toEqual({
      ...SETTINGS_DEFAULTS,
      chat: { ...SETTINGS_DEFAULTS.chat, max_message_length: 7 },
      security: { ...SETTINGS_DEFAULTS.security, password_policy: { ...SETTINGS_DEFAULTS.security.password_policy, min_length: 12 } },
    });
  });

  it('of a row never come from what objects inherit', () => {
    expect(SETTING_DEFAULTS.has('chat.constructor')).toBe(false);
    expect([...SETTING_DEFAULTS.keys()]).toContain('integrations.analytics.mixpanel_token');
  });
});

describe('features of plans', () => {
  it('grow with the plan', () => {
    expect(PLANS.map((plan) => featuresOfPlan(plan).size)).toEqual([2, 5, 11, 14]);
    expect([...featuresOfPlan('free')]).toEqual(['text_chat', 'file_sharing']);
  });

  it('are overruled by the contract, either way', () => {
    const features = featuresOf({ tier: 'free', feature_overrides: { sso: true, file_sharing: false } });

    expect([...features]).toEqual(['text_chat', 'sso']);
  });
});

describe('settings within a plan', () => {
  const issuesOf = (path: string, value: unknown, { plan = 'free', features = [] as PlanFeature[] } = {}) =>
    settingsIssues(changed(SETTINGS_DEFAULTS, { [path]: value }), [path], {
      limits: PLAN_LIMITS[plan as 'free'],
      features: new Set([...featuresOfPlan(plan as 'free'), ...features]),
    }).map(({ code, field }) => `${field} ${code}`);

  it.each([
    ['chat.max_file_size_mb', 6, 'free', ['/chat/max_file_size_mb plan_limit']],
    ['chat.max_file_size_mb', 5, 'free', []],
    ['chat.max_group_members', 501, 'pro', ['/chat/max_group_members plan_limit']],
    ['chat.max_group_members', 1_000, 'enterprise', []],
    ['branding.powered_by_visible', false, 'starter', ['/branding/powered_by_visible plan_feature']],
    ['branding.powered_by_visible', false, 'pro', []],
    ['branding.powered_by_visible', true, 'free', []],
    ['branding.custom_css', 'a { color: red }', 'free', ['/branding/custom_css plan_feature']],
    ['security.e2e_encryption_required', true, 'free', ['/security/e2e_encryption_required plan_feature']],
    ['security.e2e_encryption_required', true, 'starter', []],
  ])('%s = %j in plan %s: %j', (path, value, plan, expected) => {
    expect(issuesOf(path, value, { plan })).toEqual(expected);
  });

  it.each([
    '</style><script>alert(1)</script>',
    'a{background:url(http://evil.example/x)}',
    "a{background:url( 'data:text/html,x')}",
    'a{background:url(//evil.example)}',
    '@import "https://evil.example/x.css";',
    'a{width:expression(alert(1))}',
    'a{background:javascript:alert(1)}',
    'a{behavior:url(https://x.example/x.htc)}',
    String.raw`a{background:\75rl(x)}`,
  ])('refuse the style sheet %s', (css) => {
    expect(issuesOf('branding.custom_css', css, { plan: 'pro' })).toEqual(['/branding/custom_css css']);
  });

  it.each(['a{color:red}', 'a{background:url( "https://cdn.example.com/a.png" )}', 'p > a { margin: 0 }'])(
    'allow the style sheet %s',
    (css) => {
      expect(issuesOf('branding.custom_css', css, { plan: 'pro' })).toEqual([]);
    },
  );

  it('show no more than the plan allows, whatever was chosen in a larger one', () => {
    const { chat } = withinPlan(SETTINGS_DEFAULTS, PLAN_LIMITS.free);

    expect([chat.max_file_size_mb, chat.max_group_members]).toEqual([5, 50]);
    expect(withinPlan(SETTINGS_DEFAULTS, PLAN_LIMITS.enterprise)).toEqual(SETTINGS_DEFAULTS);
  });
});
