import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient } from './support/api-client.fixture.js';
import { AppProcess } from '@caas/testing/processes';
import { System } from './support/system.fixture.js';
import { waitUntil } from '@caas/testing/processes';

describe('the gateway', () => {
  let system: System;

  beforeAll(async () => {
    system = await System.start();
  });
  afterAll(() => system?.stop());

  it('keeps metrics and details on their own port', async () => {
    const { url, metricsUrl } = await system.startGateway();
    const [open, hidden] = [new ApiClient(metricsUrl, {}), new ApiClient(url, {})];

    const metrics = await fetch(`${metricsUrl}/metrics`);

    expect(await metrics.text()).toContain('http_requests_total');
    expect((await open.call('GET', '/health/detailed')).body).toMatchObject({
      status: 'ok',
      checks: { mongodb: {}, redis: {}, kafka: {} },
    });
    expect((await hidden.call('GET', '/metrics')).status).toBe(404);
  });

  it('serves its OpenAPI document and the page for it', async () => {
    const api = new ApiClient(system.gatewayUrl, {});

    const document = await api.call<{ openapi: string; paths: object }>('GET', '/openapi/v1.json');
    const page = await fetch(`${system.gatewayUrl}/docs`);

    expect(document.body.openapi).toMatch(/^3\.1\./);
    expect(Object.keys(document.body.paths)).toEqual(
      expect.arrayContaining([
        '/v1/users',
        '/v1/users/{user_id}',
        '/v1/conversations',
        '/v1/conversations/{conversation_id}/messages',
        '/v1/messages/{message_id}',
      ]),
    );
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('swagger');
  });

  it('finishes open requests and exits with 0 when asked to stop', async () => {
    const { api } = await system.tenant();
    const [ada, grace] = [await api.user(), await api.user()];
    const conversationId = await api.conversation(ada, grace);
    const leaving = await system.startGateway();
    const open = Array.from({ length: 50 }, (_, index) => api.at(leaving.url).as(ada).send(conversationId, `open ${index}`, { wait: 5 }));
    await waitUntil('some are under way', async () => ((await api.history(conversationId)).length > 0 ? true : undefined), { everyMs: 5 });

    const exitCode = await leaving.process.end('SIGTERM');
    const outcomes = await Promise.allSettled(open);

    expect(exitCode).toBe(0);
    const answered = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.status] : []));
    expect(answered.filter((status) => status >= 200 && status < 300).length).toBeGreaterThan(0);
    expect(answered.filter((status) => status >= 500 && status !== 503)).toEqual([]);
  });

  it('lists every bad variable at once and starts nothing', async () => {
    const process_ = new AppProcess(process.execPath, [system.mainOf('gateway')], {
      PORT: '99999',
      MONGODB_URI: 'http://secret-host',
      KAFKA_SSL_ENABLED: 'maybe',
    });

    expect(await process_.ended()).toBe(1);

    for (const name of [
      'PORT',
      'MONGODB_URI',
      'REDIS_URL',
      'KAFKA_BROKERS',
      'KAFKA_SSL_ENABLED',
      'SCHEMA_REGISTRY_URL',
      'API_KEY_PEPPER',
      'SECRET_ENCRYPTION_KEY',
    ]) {
      expect(process_.output).toContain(`  ${name}: `);
    }
    expect(process_.output).not.toContain('secret-host');
  });

  it('refuses development settings in production', async () => {
    const process_ = new AppProcess(process.execPath, [system.mainOf('gateway')], {
      ...system.environmentOf('gateway'),
      KAFKA_SSL_ENABLED: 'false',
      KAFKA_SSL_CA_FILE: '',
      NODE_ENV: 'production',
      RATE_LIMIT_ENABLED: 'false',
      CAAS_FAULT: 'exit:after-write',
    });

    expect(await process_.ended()).toBe(1);

    for (const name of ['KAFKA_SSL_ENABLED', 'REDIS_URL', 'PUBLIC_BASE_URL', 'RATE_LIMIT_ENABLED', 'CAAS_FAULT']) {
      expect(process_.output).toContain(`  ${name}: `);
    }
  });
});
