import { type QuotaCheck } from '@caas/runtime';

/** From so many percent of a quota on, answers warn. */
const WARNING_PERCENT = 80;

/** The end of the present period as it was written last: for all answers of a tenant the same, and mostly for all tenants. */
let period = { endsAt: Number.NaN, text: '' };

/** What an answer tells about the messages of the period; nothing where the plan has no limit. */
export function messageQuotaHeaders({ limit, remaining, percent, resetAt, mode }: QuotaCheck): Record<string, string> {
  if (limit < 0) return {};
  return {
    'x-quota-limit-messages': String(limit),
    'x-quota-remaining-messages': String(remaining),
    ...(resetAt !== undefined && { 'x-quota-reset': textOf(resetAt) }),
    ...(mode === 'overage' && { 'x-quota-overage': 'true' }),
    ...(percent >= WARNING_PERCENT && { 'x-quota-warning': `messages=${percent}%` }),
  };
}

/** The same of a refusal, by its details. */
export function quotaRefusalHeaders({ metric, limit, resetAt }: Readonly<Record<string, unknown>>): Record<string, string> {
  if (metric !== 'messages_count' || typeof limit !== 'number') return {};
  return {
    'x-quota-limit-messages': String(limit),
    'x-quota-remaining-messages': '0',
    ...(typeof resetAt === 'string' && { 'x-quota-reset': resetAt }),
    'x-quota-warning': 'messages=100%',
  };
}

function textOf(time: Date): string {
  const endsAt = time.getTime();
  if (period.endsAt !== endsAt) period = { endsAt, text: time.toISOString() };
  return period.text;
}
