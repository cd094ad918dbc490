import { afterEach, describe, expect, it } from '@jest/globals';
import { type QuotaCheck, QuotaExceededError } from '@caas/runtime';
import { aGateway, anEchoRoute, aRequest, closeGateways } from '../gateway/gateway.fixture.js';
import { messageQuotaHeaders } from './quota-headers.js';

afterEach(closeGateways);

const resetAt = new Date(Date.UTC(2026, 11, 1));
const aCheck = (changes: Partial<QuotaCheck> = {}): QuotaCheck => ({
  ...{ resource: 'messages_count', allowed: true, limit: 100, used: 30, remaining: 70, percent: 30, resetAt, mode: 'ok' },
  ...changes,
});
const COMMON = { 'x-quota-limit-messages': '100', 'x-quota-reset': '2026-12-01T00:00:00.000Z' };

describe('quota headers', () => {
  it.each([
    ['in the middle of the plan', {}, { ...COMMON, 'x-quota-remaining-messages': '70' }],
    [
      'from 80 % on, with a warning',
      { used: 80, remaining: 20, percent: 80 },
      { ...COMMON, 'x-quota-remaining-messages': '20', 'x-quota-warning': 'messages=80%' },
    ],
    [
      'in overage',
      { used: 120, remaining: 0, percent: 120, mode: 'overage' },
      { ...COMMON, 'x-quota-remaining-messages': '0', 'x-quota-overage': 'true', 'x-quota-warning': 'messages=120%' },
    ],
    ['without a limit', { limit: -1, remaining: -1, percent: 0 }, {}],
  ] as const)('say what is left %s', (_, changes, expected) => {
    expect(messageQuotaHeaders(aCheck(changes))).toEqual(expected);
  });

  it('are on the refusal, and none on that of another metric', async () => {
    const refusing = (resource: string) => () => {
      throw new QuotaExceededError({ resource, limit: 100, used: 150, resetAt });
    };
    const asked = async (resource: string) =>
      (await (await aGateway({ routes: [anEchoRoute({ handler: refusing(resource) })] })).gateway.inject(aRequest)).headers;

    expect(await asked('messages_count')).toMatchObject({
      ...COMMON,
      'x-quota-remaining-messages': '0',
      'x-quota-warning': 'messages=100%',
    });
    expect(await asked('users_count')).not.toHaveProperty('x-quota-limit-messages');
  });
});
