import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RouteDefinition } from '@caas/gateway-middleware';
import { TcpProxy } from '@caas/testing/network';
import { stack } from '@caas/testing/stack';
import { answersInLanes } from './answers-in-lanes.fixture.js';
import { LiveGateway, type LiveAnswer, type LiveRequest } from './live-gateway.fixture.js';
import { LiveTenant } from './live-tenant.fixture.js';
import { BAD_REQUESTS, disguises, harmless, type Sender } from './bad-requests.fixture.js';
import { type Caller, Callers } from './callers.fixture.js';
import { codeOf, PromisedAnswers } from './promised-answers.fixture.js';
import { pathNames, queryNames } from './route-requests.fixture.js';
import { comparable, wallCases } from './tenant-wall.fixture.js';

/** Of tests that ask each route many times, on a machine that has other things to do. */
const TIMEOUT_MS = 300_000;

describe('every route', () => {
  let gateway: LiveGateway;
  let own: LiveTenant;
  let foreign: LiveTenant;
  let callers: Callers;
  /** It may make one request a minute. */
  let small: LiveTenant;
  let limited: Callers;
  let redis: TcpProxy;
  let promised: PromisedAnswers;
  beforeAll(async () => {
    redis = await TcpProxy.to(stack().redis_url);
    gateway = await LiveGateway.open({ REDIS_URL: redis.url });
    const { services } = gateway;
    own = await LiveTenant.make(services, { seed: randomInt(1e9) });
    foreign = await LiveTenant.make(services, { seed: randomInt(1e9) });
    callers = await Callers.of(services, own);
    small = await LiveTenant.make(services, { seed: randomInt(1e9), limits: { requests_per_minute: 1 } });
    limited = await Callers.of(services, small);
    promised = new PromisedAnswers(gateway.document);
  }, 120_000);
  afterAll(async () => {
    for (const tenant of [own, foreign, small]) await tenant?.remove();
    await gateway?.close();
    await redis?.close();
  });

  /** What the routes did otherwise than they promise, each in a line; `ask` calls a route and says what is wrong with its answer. */
  const faults = async (ask: (route: RouteDefinition) => Promise<readonly string[]>): Promise<string[]> => {
    const found = await answersInLanes(gateway.routes, async (route) =>
      (await ask(route)).map((fault) => `${route.method} ${route.path}: ${fault}`),
    );
    return found.flat();
  };
  const senderOf = (caller: Caller, route: RouteDefinition, of = callers): Sender => {
    const headers = of.headersOf(caller, route);
    return {
      headers,
      credential: headers['x-api-key'] ?? headers['authorization'] ?? '',
      names: own.names([...pathNames(route), ...queryNames(route)]),
    };
  };
  const call = async (route: RouteDefinition, request: LiveRequest, isExpected: (answer: LiveAnswer) => boolean): Promise<string[]> => {
    const answer = await gateway.call(request);
    const unexpected = isExpected(answer) ? [] : [`answered ${answer.status} ${answer.text.slice(0, 500)}`];
    return [...unexpected, ...promised.faultsOf(route, request, answer)];
  };

  it.each(BAD_REQUESTS)('answers $name with $codes', async ({ of, codes, field }) => {
    let asked = 0;
    const found = await faults(async (route) => {
      const request = of(route, senderOf(callers.whoMay(route), route));
      if (request === undefined) return [];
      asked += 1;
      return call(route, request, (answer) => {
        const named = (answer.body?.['errors'] ?? []) as { field: string }[];
        return (
          codes.some((code) => code === codeOf(answer)) && (field === undefined || named.some((error) => error.field === field(route)))
        );
      });
    });

    expect(found).toEqual([]);
    expect(asked).toBeGreaterThan(0);
  });

  describe('lets in who may call it, and nobody else', () => {
    const REFUSED = ['AUTHZ_KEY_TYPE', 'AUTHZ_CREDENTIAL_TYPE', 'AUTHZ_SCOPE_MISSING', 'AUTHZ_DENIED'];

    it(
      'by kind of credential, role and scope',
      async () => {
        const found = await faults(async (route) => {
          if (route.access.public === true) return [];
          const answers = await answersInLanes([...callers.all, ...callers.powerless], async (caller) => {
            const request = harmless(route, senderOf(caller, route));
            if (request === undefined) return [];
            const wrong = await call(route, request, (answer) => REFUSED.includes(codeOf(answer)) !== callers.may(caller, route));
            return wrong.map((fault) => `${caller.name} ${callers.may(caller, route) ? '(may)' : '(may not)'}: ${fault}`);
          });
          return answers.flat();
        });

        expect(found).toEqual([]);
      },
      TIMEOUT_MS,
    );
  });

  it('answers to its own path alone', async () => {
    const found = await faults(async (route) => {
      const request = harmless(route, senderOf(callers.whoMay(route), route));
      if (request === undefined) return [];
      const answers = await Promise.all(
        disguises(request).map(async (disguised) => [disguised.path, await gateway.call(disguised)] as const),
      );
      // An empty name is a malformed one: it ends at the route of single things, with that route's own checks.
      const isList = gateway.routes.some(({ path }) => path.startsWith(`${route.path}/:`));
      return answers.flatMap(([path, answer]) => {
        const isMalformed = isList && /\/(?:\?|$)/.test(path) && codeOf(answer) === 'VAL_ID_FORMAT';
        return isMalformed || codeOf(answer) === 'ROUTE_NOT_FOUND' ? [] : [`${path} answered ${answer.status} ${answer.text}`];
      });
    });

    expect(found).toEqual([]);
  });

  it('takes no other method from a header', async () => {
    const found = await faults(async (route) => {
      const request = harmless(route, senderOf(callers.whoMay(route), route));
      if (request === undefined) return [];
      const [plain, overridden] = await Promise.all(
        ['x-no-override', 'x-http-method-override'].map((name) =>
          gateway.call({ ...request, headers: { ...request.headers, [name]: 'TRACE' } }),
        ),
      );
      return plain?.status === overridden?.status ? [] : [`${overridden?.status} instead of ${plain?.status}`];
    });

    expect(found).toEqual([]);
  });

  it('leaves room for the probe of its process, however many ask', async () => {
    const latencies = { probes: [] as number[], others: [] as number[] };
    const timed = async (list: number[], ask: () => Promise<LiveAnswer>): Promise<LiveAnswer> => {
      const started = performance.now();
      const answer = await ask();
      list.push(performance.now() - started);
      return answer;
    };
    const load = answersInLanes(gateway.routes.concat(gateway.routes), (route) => {
      const sender = senderOf(callers.whoMay(route), route);
      return timed(latencies.others, () =>
        gateway.call(harmless(route, sender) ?? { method: 'GET', path: '/v1/permissions', headers: sender.headers }),
      );
    });
    const probes = await answersInLanes(
      Array.from({ length: 50 }),
      () => timed(latencies.probes, () => gateway.call({ method: 'GET', path: '/health' })),
      1,
    );
    await load;

    const median = (list: number[]): number => list.sort((one, other) => one - other)[Math.floor(list.length / 2)] ?? 0;
    expect(probes.map(({ status }) => status)).toEqual(probes.map(() => 200));
    expect(median(latencies.probes)).toBeLessThan(2 * median(latencies.others));
  });

  describe('keeps the wall between tenants', () => {
    it(
      'tells of things of another tenant what it tells of things that nobody has, and changes none of them',
      async () => {
        let asked = 0;
        const found = await faults(async (route) => {
          const caller = callers.whoMay(route);
          const headers = callers.headersOf(caller, route);
          const wrong: string[] = [];
          const proposed = (field: string) => gateway.routes.some(({ path }) => path === `${route.path}/:${field}`);
          for (const { what, theirs, nothing } of wallCases(route, { own, foreign, proposed })) {
            asked += 1;
            const absent = await gateway.call({ ...nothing.request, headers });
            const existing = await gateway.call({ ...theirs.request, headers });
            const [expected, got] = [comparable(absent, nothing), comparable(existing, theirs)];
            if (expected !== got) wrong.push(`${what}: ${got} instead of ${expected}`);
            wrong.push(...promised.faultsOf(route, theirs.request, existing));
          }
          return wrong;
        });

        expect(found).toEqual([]);
        expect(asked).toBeGreaterThan(0);
        expect(await foreign.now(gateway.services)).toEqual(foreign.everything);
      },
      TIMEOUT_MS,
    );
  });

  /** Calls a route as somebody who may call it until it refuses, and says what is wrong with the refusal. */
  const exhaust = async (route: RouteDefinition, { attempts, address }: { attempts: number; address: string }): Promise<string[]> => {
    const caller = limited.whoMay(route);
    const request = harmless(route, senderOf(caller, route, limited));
    if (request === undefined || caller.kind === 'platform') return [];
    const counted = { ...request, headers: { ...request.headers, 'x-forwarded-for': address } };
    for (let attempt = 1; attempt < attempts; attempt++) if ((await gateway.call(counted)).status === 429) break;
    return call(route, counted, ({ status, headers, body = {} }) => {
      const shown = ['ratelimit', 'ratelimit-policy', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'];
      const isTold =
        shown.every((name) => headers[name] !== undefined) && (body['violated-policies'] as string[] | undefined)?.length === 1;
      return status === 429 && body['code'] === 'RATE_LIMITED' && String(body['type']).endsWith('#quota-exceeded') && isTold;
    });
  };
  const isPublic = ({ access }: RouteDefinition): boolean => access.public === true;

  it('is closed to a tenant whose limit is used up', async () => {
    const found = await faults(async (route) => (isPublic(route) ? [] : exhaust(route, { attempts: 5, address: '198.51.100.1' })));

    expect(found).toEqual([]);
  });

  it('is closed to an address whose limit is used up, where anybody may call it', async () => {
    const found = await faults(async (route) => (isPublic(route) ? exhaust(route, { attempts: 100, address: '198.51.100.2' }) : []));

    expect(found).toEqual([]);
  });

  describe('without Redis', () => {
    beforeAll(() => redis.cut());
    afterAll(() => redis.restore());

    it('lets in who may call it, and refuses who may not', async () => {
      const found = await faults(async (route) => {
        const request = harmless(route, senderOf(callers.whoMay(route), route));
        if (request === undefined) return [];
        const letIn = await call(route, request, ({ status, body }) => status < 500 && !/^(AUTH|RATE|SYS)/.test(String(body?.['code'])));
        if (isPublic(route)) return letIn;
        const refused = await call(route, { ...request, headers: {} }, (answer) => codeOf(answer) === 'AUTH_REQUIRED');
        return [...letIn, ...refused];
      });

      expect(found).toEqual([]);
    });

    it('holds the limits that this process knows of', async () => {
      const found = await faults(async (route) => (isPublic(route) ? [] : exhaust(route, { attempts: 5, address: '198.51.100.3' })));

      expect(found).toEqual([]);
    });

    it('says that the process is not ready, and lives', async () => {
      const [alive, ready] = [
        await gateway.call({ method: 'GET', path: '/health' }),
        await gateway.call({ method: 'GET', path: '/ready' }),
      ];

      expect([alive.status, ready.status]).toEqual([200, 503]);
      expect(ready.body).toMatchObject({ checks: { redis: { status: 'error' }, mongodb: { status: 'ok' } } });
    });
  });
});
