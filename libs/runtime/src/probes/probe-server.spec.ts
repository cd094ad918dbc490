import { afterEach, describe, expect, it } from '@jest/globals';
import { HealthRegistry } from '../health/health-registry.js';
import { Metrics } from '../metrics/metrics.js';
import { ProbeServer } from './probe-server.js';

const servers: ProbeServer[] = [];

async function aServer(check: () => Promise<void> = async () => undefined): Promise<{ url: string; health: HealthRegistry }> {
  const health = new HealthRegistry({ cacheTtlMs: 0 });
  health.register({ name: 'mongodb', required: true, check });
  const metrics = new Metrics({ service: 'spec', defaults: false });
  const details = { version: '1.2.3', commit: 'abc', inFlight: () => 2, capabilities: () => ['transactions'] };
  const server = new ProbeServer({ host: '127.0.0.1', port: 0, health, metrics, details });
  servers.push(server);
  return { url: await server.listen(), health };
}

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

describe('ProbeServer', () => {
  it('serves metrics in Prometheus text', async () => {
    const { url } = await aServer();

    const response = await fetch(`${url}/metrics`);

    expect(response.headers.get('content-type')).toContain('text/plain');
    expect(await response.text()).toContain('caas_build_info{');
  });

  it('is ready when the checks answer, and tells nothing else', async () => {
    const { url } = await aServer();

    const response = await fetch(`${url}/ready`);

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      status: 'ok',
      timestamp: expect.any(Number),
      checks: { mongodb: { status: 'ok', latency: expect.any(Number) } },
    });
  });

  it('is alive but not ready when a required check fails, and details say why', async () => {
    const { url } = await aServer(() => Promise.reject(new Error('connection refused')));

    const [alive, ready, detailed] = await Promise.all(['/health', '/ready', '/health/detailed'].map((path) => fetch(url + path)));

    expect([alive?.status, ready?.status, detailed?.status]).toEqual([200, 503, 503]);
    expect(JSON.stringify(await ready?.json())).not.toContain('refused');
    expect(await detailed?.json()).toMatchObject({
      checks: { mongodb: { error: 'Error: connection refused', required: true } },
      version: '1.2.3',
      in_flight: 2,
      capabilities: { missing: ['transactions'] },
    });
  });

  it('answers 503 everywhere while the process drains', async () => {
    const { url, health } = await aServer();
    health.startDraining();

    const statuses = await Promise.all(['/health', '/ready'].map(async (path) => (await fetch(url + path)).status));

    expect(statuses).toEqual([503, 503]);
  });

  it('knows no other path and no other method', async () => {
    const { url } = await aServer();

    expect((await fetch(`${url}/v1/users`)).status).toBe(404);
    expect((await fetch(`${url}/health`, { method: 'POST' })).status).toBe(405);
  });
});
