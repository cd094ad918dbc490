import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectRedis, type RedisAccess } from '@caas/data-access-redis';
import { buildGateway, defineRoute, type Gateway, PERMISSIONS, permissionsOfRoles, type RateClass } from '@caas/gateway-middleware';
import {
  type ActingUser,
  createLogger,
  HealthRegistry,
  Metrics,
  type Plan,
  PLAN_LIMITS,
  PLANS,
  type Principal,
  REQUESTS_PER_USER_PER_MINUTE,
  type TenantContext,
  UnavailableError,
} from '@caas/runtime';
import { newId, newTenantId } from '@caas/schema';
import { stack } from '@caas/testing/stack';
import { answersInLanes } from './answers-in-lanes.fixture.js';

/** Of what is left of a limit, how much a process leases ahead. */
const LEASE_FRACTION = 0.1;
/** Beyond the limit. */
const SURPLUS = 1.3;
/** So that no counter of a caller is the tightest. */
const CALLERS = 20;

const logger = createLogger({ service: 'spec', level: 'silent' });

/** A route whose requests count in this class. */
const routeOf = (rateClass: RateClass) =>
  defineRoute({
    method: 'GET',
    path: `/v1/counted/${rateClass.replace('_', '-')}`,
    operationId: `counted${rateClass[0]?.toUpperCase() ?? ''}`,
    summary: 'Is counted',
    tags: ['Spec'],
    access: { permission: 'message.read', credentials: ['key'], actingUser: 'required' },
    rateClass,
    responses: { 204: null },
    handler: () => ({ status: 204 }),
  });

const tenants = new Map<string, TenantContext>();
const users = new Map<string, ActingUser>();

/** A gateway with a connection to Redis of its own. Its keys are the ids of their tenants and a number. */
async function aGateway(): Promise<{ gateway: Gateway; redis: RedisAccess }> {
  const metrics = new Metrics({ service: 'spec', defaults: false });
  const redis = await connectRedis({ url: stack().redis_url, logger, metrics, name: 'caas-spec' });
  const gateway = await buildGateway({
    routes: [routeOf('default'), routeOf('admin')],
    authenticator: { authenticate: (key) => principalOf(key) },
    actingUsers: { resolve: (_, id) => users.get(id) },
    tenants: { get: (id) => tenants.get(id), invalidate: () => Promise.resolve() },
    rateLimiter: redis.rateLimiter({ timeoutMs: 30_000 }), // a slow machine must not turn the shared limit into a local one
    idempotency: { claim: () => Promise.reject(new UnavailableError('This spec keeps no answers.')) },
    ...{ logger, metrics, health: new HealthRegistry() },
  });
  return { gateway, redis };
}

function principalOf(key: string): Principal {
  const [tenantId = ''] = key.split(' ');
  const identity = { actor: 'key', authType: 'api_key', appId: null, roles: [], environment: 'live' } as const;
  return { ...identity, tenantId: tenantId as TenantContext['tenantId'], subjectId: key, keyId: key, permissions: PERMISSIONS };
}

/** A tenant of the plan with a user; its windows of a minute are those of the plan, bursts are not bounded. */
function aTenant(plan: Plan): { tenant: TenantContext; user: ActingUser } {
  const limits = { ...PLAN_LIMITS[plan], burstPerSecond: 1_000_000 };
  const identity = { tenantId: newTenantId(), name: 'Example', plan, status: 'active', provisioning: 'ready' } as const;
  const tenant: TenantContext = { ...identity, isolation: { model: 'shared', epoch: 1 }, limits };
  const roles = ['user'];
  const user = {
    userId: newId('usr'),
    externalId: 'ada',
    displayName: 'Ada',
    avatarUrl: null,
    roles,
    permissions: permissionsOfRoles('user', roles),
  };
  tenants.set(tenant.tenantId, tenant);
  users.set(user.userId, user);
  return { tenant, user };
}

describe('two gateways behind one Redis', () => {
  let both: Awaited<ReturnType<typeof aGateway>>[];
  beforeAll(async () => {
    both = [await aGateway(), await aGateway()];
  });
  afterAll(async () => {
    for (const { gateway, redis } of both ?? []) {
      await gateway.close();
      await redis.close();
    }
  });

  /** How many of the requests of a new tenant's user were let in, sent to both at once. */
  const admitted = async (plan: Plan, rateClass: RateClass): Promise<number> => {
    const { tenant, user } = aTenant(plan);
    const requests = Array.from({ length: REQUESTS_PER_USER_PER_MINUTE[plan] * SURPLUS }, (_, index) => index);
    const statuses = await answersInLanes(
      requests,
      async (index) => {
        const headers = { 'x-api-key': `${tenant.tenantId} ${index % CALLERS}`, 'x-act-as-user': user.userId };
        const gateway = both[index % both.length]?.gateway;
        return (await gateway?.inject({ url: routeOf(rateClass).path, headers }))?.status;
      },
      50,
    );
    expect(statuses.filter((status) => status !== 204 && status !== 429)).toEqual([]);
    return statuses.filter((status) => status === 204).length;
  };
  /** The same in one window of the limiter: a limit is exact within a minute only. */
  const admittedInOneWindow = async (plan: Plan, rateClass: RateClass): Promise<number> => {
    const minute = (): number => Math.floor(Date.now() / 60_000); // the servers of the stack run on this machine
    for (;;) {
      const before = minute();
      const count = await admitted(plan, rateClass);
      if (minute() === before) return count;
    }
  };

  describe.each(PLANS)('of a tenant of plan %s', (plan) => {
    const limit = REQUESTS_PER_USER_PER_MINUTE[plan];

    it('let in exactly the limit of a user on strict routes', async () => {
      expect(await admittedInOneWindow(plan, 'admin')).toBe(limit);
    });

    it('let in one lease each more or less on others', async () => {
      const count = await admittedInOneWindow(plan, 'default');

      expect(Math.abs(count - limit)).toBeLessThanOrEqual(both.length * Math.ceil(limit * LEASE_FRACTION));
    });
  });
});
