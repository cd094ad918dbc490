import { describe, expect, it } from '@jest/globals';
import { PLAN_LIMITS, PLANS } from '@caas/runtime';
import { PLAN_CATALOGUE } from './plan-catalogue.js';

describe('the catalogue of plans', () => {
  const pick = <Value>(of: (plan: (typeof PLAN_CATALOGUE)[number]) => Value): Value[] => PLAN_CATALOGUE.map(of);
  const features = (plan: (typeof PLAN_CATALOGUE)[number]): string[] =>
    Object.entries(plan.features)
      .filter(([, has]) => has)
      .map(([name]) => name);

  it('has one plan for each tier', () => {
    expect(pick(({ plan_id: id }) => id)).toEqual(PLANS.map((tier) => `plan_${tier}_v1`));
  });

  it('has the prices of the specification, a year costing ten months', () => {
    expect(pick(({ pricing }) => [pricing.monthly.amount, pricing.yearly.amount])).toEqual([
      [0, 0],
      [4_900, 49_000],
      [19_900, 199_000],
      [null, null],
    ]);
  });

  it('has the limits that every process enforces', () => {
    for (const { tier, limits } of PLAN_CATALOGUE) {
      const known = PLAN_LIMITS[tier];

      expect(limits).toMatchObject({
        max_users: known.maxUsers,
        max_messages_per_month: known.maxMessagesPerMonth,
        max_group_size: known.maxGroupSize,
        requests_per_minute: known.requestsPerMinute,
        burst_per_second: known.burstPerSecond,
      });
    }
  });

  it('has the metered limits of the specification', () => {
    expect(
      pick(({ limits: l }) => [
        l.max_storage_gb,
        l.max_applications,
        l.max_api_calls_per_month,
        l.max_concurrent_connections,
        l.max_file_size_mb,
        l.voice_minutes,
        l.video_minutes,
      ]),
    ).toEqual([
      [1, 1, 50_000, 20, 5, 0, 0],
      [10, 2, 250_000, 100, 25, 1_000, 0],
      [50, 5, 1_000_000, 500, 100, 10_000, 5_000],
      [-1, -1, -1, -1, 500, -1, -1],
    ]);
  });

  it('adds features with every tier', () => {
    const [free = [], starter = [], pro = [], enterprise = []] = pick(features);

    expect(free).toEqual(['text_chat', 'file_sharing']);
    expect(starter.slice(free.length)).toEqual(['voice_calls', 'e2e_encryption', 'webhooks']);
    expect(pro.slice(starter.length)).toEqual([
      'video_calls',
      'screen_sharing',
      'custom_branding',
      'remove_powered_by',
      'advanced_analytics',
      'priority_support',
    ]);
    expect(enterprise.slice(pro.length)).toEqual(['sso', 'sla_guarantee', 'dedicated_infrastructure']);
  });

  it('sells overage in the middle tiers only, cheaper in the larger one', () => {
    expect(pick(({ overage }) => Object.values(overage))).toEqual([
      [null, null, null, null, 100],
      [200, 50, 10, 10, 150],
      [150, 30, 8, 10, 150],
      [null, null, null, null, null],
    ]);
  });
});
