import { connectRedis } from '@caas/data-access-redis';
import { buildGateway, defineRoute, PERMISSIONS } from '@caas/gateway-middleware';
import {
  AuthenticationError,
  createLogger,
  Distribution,
  HealthRegistry,
  Metrics,
  PLAN_LIMITS,
  type PlanLimits,
  type Principal,
  Tally,
  type TenantContext,
  UnavailableError,
} from '@caas/runtime';
import { freeForm, newId, newTenantId, text, z } from '@caas/schema';
import { KEYS_PER_TENANT, stubKey } from './stub-keys.js';

/** What a stubbed gateway leaves out, to see what it costs. */
export type LeftOut = 'limits' | 'observability';

export interface StubOptions {
  readonly tenants: number;
  /** Limits of all tenants, and of the first one; out of reach unless given. */
  readonly limits?: Partial<PlanLimits>;
  readonly firstTenant?: Partial<PlanLimits>;
  readonly without?: LeftOut | undefined;
}

/** Serves the gateway's whole way of a request, with no store behind it: keys and tenants in memory, limits in Redis. */
export async function stubGateway(port: number, { tenants: count, without, ...bounds }: StubOptions): Promise<void> {
  const { principals, tenants } = directory(count, bounds);
  const isObserved = without !== 'observability';
  if (!isObserved) countNothing();
  const [logger, metrics] = [
    createLogger({ service: 'bench', level: isObserved ? 'info' : 'silent', ...TO_NOBODY }),
    new Metrics({ service: 'bench' }),
  ];
  const redis = await connectRedis({ url: process.env['REDIS_URL'] ?? '', logger, metrics, name: 'bench' });
  const gateway = await buildGateway({
    routes: [hello, sendMessage],
    authenticator: {
      authenticate: (key) => {
        const principal = principals.get(key);
        if (principal === undefined) throw new AuthenticationError('AUTH_KEY_INVALID', 'The API key is not valid.');
        return principal;
      },
    },
    actingUsers: { resolve: () => undefined },
    tenants: { get: (tenantId) => tenants.get(tenantId), invalidate: () => Promise.resolve() },
    rateLimiter: redis.rateLimiter(),
    idempotency: { claim: () => Promise.reject(new UnavailableError('The bench keeps no answers.')) },
    logger,
    metrics,
    health: new HealthRegistry(),
    config: {
      ...{ host: '127.0.0.1', port, metricsHost: '127.0.0.1', metricsPort: 0 },
      rateLimitEnabled: without !== 'limits',
      ...(!isObserved && { logSampleEvery: 0 }),
    },
  });
  await gateway.listen();
}

/** Lines are made, and written nowhere: where they go is not the gateway's doing. */
const TO_NOBODY = { destination: { write: () => undefined } };

function countNothing(): void {
  Tally.prototype.inc = () => undefined;
  Distribution.prototype.observe = () => undefined;
}

function directory(
  count: number,
  bounds: Pick<StubOptions, 'limits' | 'firstTenant'>,
): { principals: Map<string, Principal>; tenants: Map<string, TenantContext> } {
  const principals = new Map<string, Principal>();
  const tenants = new Map<string, TenantContext>();
  const limits = { ...PLAN_LIMITS.enterprise, requestsPerMinute: 1e9, burstPerSecond: 1e6, ...bounds.limits };
  for (let tenant = 0; tenant < count; tenant++) {
    const tenantId = newTenantId();
    const isolation = { model: 'shared', epoch: 1 } as const;
    const own = tenant === 0 ? { ...limits, ...bounds.firstTenant } : limits;
    tenants.set(tenantId, { tenantId, name: 'Bench', plan: 'enterprise', status: 'active', provisioning: 'ready', isolation, limits: own });
    for (let key = 0; key < KEYS_PER_TENANT; key++) {
      const keyId = newId('key');
      const identity = { actor: 'key', authType: 'api_key', tenantId, appId: null, subjectId: keyId, keyId, environment: 'live' } as const;
      principals.set(stubKey(tenant, key), { ...identity, roles: [], permissions: PERMISSIONS });
    }
  }
  return { principals, tenants };
}

const hello = defineRoute({
  method: 'GET',
  path: '/v1/hello',
  operationId: 'hello',
  summary: 'Say hello',
  tags: ['Bench'],
  access: { permission: 'user.read' },
  responses: { 200: z.strictObject({ hello: text({ max: 20 }) }) },
  handler: () => ({ status: 200, body: { hello: 'world' } }),
});

const sendMessage = defineRoute({
  method: 'POST',
  path: '/v1/messages',
  operationId: 'sendMessage',
  summary: 'Accept a message',
  tags: ['Bench'],
  access: { permission: 'message.send' },
  body: z.strictObject({
    type: z.enum(['text']),
    content: z.strictObject({ text: text({ min: 1, max: 10_000 }) }),
    metadata: freeForm().optional(),
  }),
  responses: { 202: z.strictObject({ status: z.enum(['accepted']), length: z.int32() }) },
  handler: ({ body }) => ({ status: 202, body: { status: 'accepted' as const, length: body.content.text.length } }),
});
