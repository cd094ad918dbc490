import { describe, expect, it } from '@jest/globals';
import { ManualClock, PLAN_LIMITS, PLANS, QUOTA_RESOURCES } from '@caas/runtime';
import { quotaCheckOf } from './quota-check.js';
import { capOf, QUOTA_RULES } from './quota-rules.js';
import { QuotaSubjects } from './quota-subjects.js';
import { calendarMonth } from './billing-period.js';
import { aTenant } from './tenant.fixture.js';

describe('limits and caps', () => {
  it('are those of the plans', () => {
    const table = QUOTA_RESOURCES.map((resource) => [
      resource,
      ...PLANS.map((plan) => {
        const rule = QUOTA_RULES[resource];
        return `${rule.limitOf(PLAN_LIMITS[plan])}/${capOf(rule, PLAN_LIMITS[plan])}`;
      }),
    ]);

    const gib = 2 ** 30;
    expect(table).toEqual([
      ['messages_count', '10000/10000', '100000/150000', '500000/750000', '-1/-1'],
      ['users_count', '10/10', '50/75', '200/300', '-1/-1'],
      ['storage_bytes', `${gib}/${gib}`, `${10 * gib}/${15 * gib}`, `${50 * gib}/${75 * gib}`, '-1/-1'],
      ['api_calls', '50000/50000', '250000/375000', '1000000/1500000', '-1/-1'],
      ['concurrent_connections', '20/20', '100/100', '500/500', '-1/-1'],
      ['voice_minutes', '0/0', '1000/1000', '10000/10000', '-1/-1'],
      ['video_minutes', '0/0', '0/0', '5000/5000', '-1/-1'],
      ['applications', '1/1', '2/2', '5/5', '-1/-1'],
    ]);
  });

  it('of a contract have no end where its plan has none', () => {
    expect(capOf(QUOTA_RULES.users_count, { ...PLAN_LIMITS.enterprise, maxUsers: 500 })).toBe(-1);
    expect(capOf(QUOTA_RULES.applications, { ...PLAN_LIMITS.enterprise, maxApplications: 9 })).toBe(9);
  });
});

describe('a check', () => {
  const clock = new ManualClock(Date.UTC(2026, 0, 15));
  const timed = new QuotaSubjects({ clock, periodOf: calendarMonth }).now(
    aTenant({ limits: { maxMessagesPerMonth: 200 } }),
    'messages_count',
  );

  it.each([
    [
      { allowed: true, used: 0 },
      { mode: 'ok', percent: 0, remaining: 200 },
    ],
    [
      { allowed: true, used: 179 },
      { mode: 'ok', percent: 89, remaining: 21 },
    ],
    [
      { allowed: true, used: 180 },
      { mode: 'degraded', percent: 90, remaining: 20 },
    ],
    [
      { allowed: true, used: 200 },
      { mode: 'degraded', percent: 100, remaining: 0 },
    ],
    [
      { allowed: true, used: 201 },
      { mode: 'overage', percent: 100, remaining: 0 },
    ],
    [
      { allowed: true, used: 300 },
      { mode: 'overage', percent: 150, remaining: 0 },
    ],
    [
      { allowed: false, used: 300 },
      { mode: 'blocked', percent: 150, remaining: 0 },
    ],
  ])('of %j is %j', (reading, expected) => {
    expect(quotaCheckOf(reading, timed)).toMatchObject({ ...expected, limit: 200, resetAt: new Date(Date.UTC(2026, 1, 1)) });
  });

  it('without a limit is never near it', () => {
    const unlimited = new QuotaSubjects({ clock, periodOf: calendarMonth }).now(aTenant({ plan: 'enterprise' }), 'users_count');

    expect(quotaCheckOf({ allowed: true, used: 1e9 }, unlimited)).toEqual({
      resource: 'users_count',
      allowed: true,
      limit: -1,
      used: 1e9,
      remaining: -1,
      percent: 0,
      mode: 'ok',
    });
  });
});

describe('the counter of a moment', () => {
  const someSubjects = (startMs: number) => {
    const clock = new ManualClock(startMs);
    return { clock, subjects: new QuotaSubjects({ clock, periodOf: calendarMonth }), tenant: aTenant() };
  };

  it('is another one with the next period, and the same until then', () => {
    const { clock, subjects, tenant } = someSubjects(Date.UTC(2026, 0, 31, 23, 59, 59));
    const january = subjects.now(tenant, 'api_calls');
    expect(subjects.now(tenant, 'api_calls')).toBe(january);

    clock.advance(1_000);

    expect([january, subjects.now(tenant, 'api_calls')].map(({ subject }) => subject.period)).toEqual(['2026-01-01', '2026-02-01']);
  });

  it('of a gauge is the same for ever', () => {
    const { clock, subjects, tenant } = someSubjects(Date.UTC(2026, 0, 31));
    const before = subjects.now(tenant, 'users_count').subject;

    clock.advance(40 * 86_400_000);

    expect(subjects.now(tenant, 'users_count').subject.period).toBe(before.period);
  });

  it('of a late event is that of its own period for a day', () => {
    const { subjects, tenant } = someSubjects(Date.UTC(2026, 1, 1, 12));
    const periodAt = (...at: [number, number, number, number]) => subjects.at(tenant, 'messages_count', Date.UTC(...at)).subject.period;

    expect([periodAt(2026, 1, 1, 3), periodAt(2026, 0, 31, 23), periodAt(2025, 11, 20, 0)]).toEqual([
      '2026-02-01',
      '2026-01-01',
      '2026-01-01',
    ]);
  });

  it('of an event that is months late is that of a day ago', () => {
    const { subjects, tenant } = someSubjects(Date.UTC(2026, 1, 10));

    expect(subjects.at(tenant, 'messages_count', Date.UTC(2025, 0, 1)).subject.period).toBe('2026-02-01');
  });
});
