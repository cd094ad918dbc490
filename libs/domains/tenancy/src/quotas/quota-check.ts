import { type QuotaReading } from '@caas/data-access-redis';
import { type QuotaCheck, type QuotaMode, type QuotaResource } from '@caas/runtime';
import { QUOTA_RULES } from './quota-rules.js';
import { type TimedSubject } from './quota-subjects.js';

/** Percent of the limit from which on what is not essential is throttled. */
const DEGRADED_PERCENT = 90;

/** What a reading of a counter means to whoever asked. */
export function quotaCheckOf(
  { allowed, used }: Pick<QuotaReading, 'allowed' | 'used'>,
  { subject, period, limit }: TimedSubject,
): QuotaCheck {
  const resource = subject.resource as QuotaResource;
  const percent = percentOf(used, limit);
  return {
    resource,
    allowed,
    limit,
    used,
    remaining: limit < 0 ? -1 : Math.max(0, limit - used),
    percent,
    ...(QUOTA_RULES[resource].isMonthly ? { resetAt: period.end } : {}),
    mode: modeOf({ allowed, used, limit, percent }),
  };
}

/** Whole percent of a limit; a limit of nothing is always used up. */
export function percentOf(used: number, limit: number): number {
  if (limit < 0) return 0;
  return limit === 0 ? 100 : Math.floor((used * 100) / limit);
}

function modeOf({ allowed, used, limit, percent }: { allowed: boolean; used: number; limit: number; percent: number }): QuotaMode {
  if (!allowed) return 'blocked';
  if (limit >= 0 && used > limit) return 'overage';
  return percent >= DEGRADED_PERCENT ? 'degraded' : 'ok';
}
