import { inLanes } from '@caas/runtime';
import { newTenantId } from '@caas/schema';
import { Redis } from 'ioredis';
import { aRedis, closing, redisUrl } from '../client/redis.fixture.js';
import { type QuotaCounters } from './quota-counters.js';
import { type QuotaLedger, type QuotaLedgerOptions } from './quota-ledger.js';
import { type QuotaSubject } from './quota-subject.js';

/** A slow machine must not turn a shared decision into a local one; reports come when the spec asks for them. */
export const PATIENT = { timeoutMs: 30_000, reportEveryMs: 3_600_000, startOf: async () => ({ used: 0, recount: false }) };
export const LEASE_FRACTION = 0.1;

export function aSubject(change: Partial<QuotaSubject> = {}): QuotaSubject {
  const limit = change.limit ?? 100;
  return {
    tenantId: newTenantId(),
    resource: 'api_calls',
    period: '2026-01-01',
    counting: 'take',
    limit,
    cap: limit,
    isGauge: false,
    expiresAt: Date.now() + 600_000,
    ...change,
  };
}

/** The ledger of a process of its own, and its way to look at counters. */
export async function aProcess(options: Partial<QuotaLedgerOptions> = {}, url = redisUrl()) {
  const access = await aRedis({ url });
  return { access, ledger: access.quotaLedger({ ...PATIENT, ...options }), counters: access.quotaCounters() };
}

export function aBareRedis(): Redis {
  const redis = new Redis(redisUrl());
  closing({ close: async () => redis.disconnect() });
  return redis;
}

export async function usedOf(counters: QuotaCounters, subject: QuotaSubject): Promise<number | undefined> {
  return (await counters.read(subject, { isLive: subject.counting === 'live' }))?.used;
}

/** Takes one by one in several lanes per process; how many were allowed. */
export async function takeMany(ledgers: readonly QuotaLedger[], subject: QuotaSubject, times: number): Promise<number> {
  let allowed = 0;
  const turns = Array.from({ length: times }, (_, turn) => ledgers[turn % ledgers.length] as QuotaLedger);
  await inLanes(turns, 20, async (ledger) => {
    if ((await ledger.take(subject, 1)).allowed) allowed += 1;
  });
  return allowed;
}
