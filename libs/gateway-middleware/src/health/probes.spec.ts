import { afterEach, describe, expect, it } from '@jest/globals';
import { A_KEY, aGateway, anEchoRoute, aRequest, closeGateways } from '../gateway/gateway.fixture.js';

afterEach(closeGateways);

describe('probes', () => {
  it('say that the process lives, without touching a dependency', async () => {
    const { gateway, health } = await aGateway();
    let checks = 0;
    health.register({ name: 'mongodb', required: true, check: async () => void checks++ });

    const response = await gateway.inject({ url: '/health?x=1' });

    expect([response.status, response.json()]).toEqual([200, { status: 'ok', timestamp: expect.any(Number), uptime: expect.any(Number) }]);
    expect(checks).toBe(0);
  });

  it.each([
    ['ok', 200, { required: true, fails: false }],
    ['degraded', 200, { required: false, fails: true }],
    ['error', 503, { required: true, fails: true }],
  ])('are %s (%i)', async (status, code, { required, fails }) => {
    const { gateway, health } = await aGateway();
    health.register({ name: 'redis', required, check: () => (fails ? Promise.reject(new Error('connect 10.0.0.5')) : Promise.resolve()) });

    const ready = await gateway.inject({ url: '/ready' });
    const detailed = await gateway.injectMetrics({ url: '/health/detailed' });

    expect([ready.status, detailed.status]).toEqual([code, code]);
    expect(ready.json()).toEqual({
      status,
      timestamp: expect.any(Number),
      checks: { redis: { status: fails ? 'error' : 'ok', latency: expect.any(Number) } },
    });
    expect(detailed.json()).toMatchObject({ checks: { redis: { required, ...(fails ? { error: 'Error: connect 10.0.0.5' } : {}) } } });
  });

  it('tell operators what the database server lacks', async () => {
    const { gateway } = await aGateway({ capabilities: () => ['transactions'], config: { version: '1.2.3' } });

    expect((await gateway.injectMetrics({ url: '/health/detailed' })).json()).toMatchObject({
      version: '1.2.3',
      in_flight: 0,
      capabilities: { missing: ['transactions'] },
    });
  });

  it('keep details and metrics off the public port', async () => {
    const { gateway } = await aGateway();

    expect((await gateway.inject({ url: '/metrics' })).status).toBe(404);
    expect((await gateway.inject({ url: '/health/detailed' })).status).toBe(404);
  });
});

describe('metrics', () => {
  it('count by route template, never by path', async () => {
    const { gateway } = await aGateway();
    await gateway.inject(aRequest);
    await gateway.inject({ ...aRequest, body: {} });
    await gateway.inject({ url: '/v1/users/usr_secret' });
    await gateway.inject({ url: '/health' });

    const { text, headers } = await gateway.injectMetrics({ url: '/metrics' });

    expect(headers['content-type']).toContain('text/plain');
    const lines = text.split('\n').filter((line) => line.startsWith('http_requests_total'));
    expect(lines.sort()).toEqual([
      'http_requests_total{method="GET",route="unmatched",status="404",service="spec"} 1',
      'http_requests_total{method="POST",route="/v1/notes",status="201",service="spec"} 1',
      'http_requests_total{method="POST",route="/v1/notes",status="400",service="spec"} 1',
    ]);
    for (const line of [
      'caas_auth_attempts_total{method="api_key",result="accepted",reason="ok",service="spec"} 2',
      'caas_authz_decisions_total{permission="message.send",decision="allow",reason="granted",service="spec"} 2',
      'caas_ratelimit_checks_total{policy="tenant",outcome="allowed",service="spec"} 2',
      'gateway_errors_total{type="VAL",code="VAL_FAILED",service="spec"} 1',
      'gateway_in_flight_requests{service="spec"} 0',
      'http_request_duration_seconds_count{method="POST",route="/v1/notes",status="201",service="spec"} 1',
      'http_request_duration_seconds_bucket{method="POST",route="/v1/notes",status="201",le="+Inf",service="spec"} 1',
      'http_request_size_bytes_count{method="POST",route="/v1/notes",service="spec"} 2',
      'http_request_size_bytes_bucket{method="POST",route="/v1/notes",le="100",service="spec"} 2',
    ]) {
      expect(text).toContain(line);
    }
    expect(text).not.toContain('usr_secret');
  });
});

describe('request log', () => {
  it('writes one line for a sampled success, with who and what and without the query’s values', async () => {
    const { gateway, logs, tenant, principal } = await aGateway({ config: { logSampleEvery: 2 } });

    await gateway.inject(aRequest);
    await gateway.inject({ ...aRequest, url: '/v1/notes?colour=red' });
    await gateway.inject(aRequest);
    await gateway.inject(aRequest);

    expect(logs).toHaveLength(2);
    expect(logs[0]).toMatchObject({
      level: 'info',
      method: 'POST',
      route: '/v1/notes',
      path: '/v1/notes',
      query_keys: ['colour'],
      status: 201,
      tenant_id: tenant.tenantId,
      key_id: principal.keyId,
      auth_type: 'api_key',
    });
    expect(JSON.stringify(logs)).not.toContain('red');
    expect(JSON.stringify(logs)).not.toContain(A_KEY);
  });

  it('writes every refusal, and slow requests as warnings', async () => {
    const { gateway, logs } = await aGateway({ config: { logSampleEvery: 0, slowRequestMs: 0 }, routes: [anEchoRoute()] });

    await gateway.inject(aRequest);
    await gateway.inject({ ...aRequest, headers: {} });

    expect(logs.map(({ level, status, code }) => [level, status, code])).toEqual([
      ['warn', 201, undefined],
      ['warn', 401, 'AUTH_REQUIRED'],
    ]);
  });
});
