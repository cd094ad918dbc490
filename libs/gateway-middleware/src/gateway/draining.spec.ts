import { afterEach, describe, expect, it } from '@jest/globals';
import { TypedEmitter } from '@caas/runtime';
import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { defineRoute } from '../routes/define-route.js';
import { aGateway, A_KEY, aRequest, closeGateways } from './gateway.fixture.js';

afterEach(closeGateways);

/** A route whose answer the spec releases. */
function aHeldRoute() {
  const events = new TypedEmitter<{ arrived: AbortSignal; released: undefined }>();
  const arrived = events.next('arrived');
  const released = events.next('released');
  const route = defineRoute({
    method: 'POST',
    path: '/v1/held',
    operationId: 'held',
    summary: 'Answer when told to',
    tags: ['Held'],
    access: { permission: 'message.send' },
    responses: { 204: null },
    handler: async ({ signal }) => {
      events.emit('arrived', signal);
      await Promise.race([released, once(signal, 'abort')]);
      return { status: 204 };
    },
  });
  return { route, arrived, release: () => events.emit('released', undefined) };
}

async function send(
  url: string,
  agent?: Agent,
): Promise<{ status: number | undefined; body: string; headers: IncomingMessage['headers'] }> {
  const request = httpRequest(url, { method: 'POST', headers: { 'x-api-key': A_KEY }, agent: agent ?? false });
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

describe('closing a gateway', () => {
  it('answers open requests, then refuses connections', async () => {
    const held = aHeldRoute();
    const { gateway } = await aGateway({ routes: [held.route] });
    const { url } = await gateway.listen();
    const open = send(`${url}/v1/held`);
    await held.arrived;

    const closed = gateway.close();
    held.release();

    expect((await open).status).toBe(204);
    expect(await closed).toEqual({ aborted: 0 });
    await expect(send(`${url}/v1/held`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('does not wait for clients that keep their connections', async () => {
    const held = aHeldRoute();
    const { gateway } = await aGateway({ routes: [held.route] });
    const { url } = await gateway.listen();
    const agent = new Agent({ keepAlive: true });
    const open = send(`${url}/v1/held`, agent);
    await held.arrived;

    const closed = gateway.close();
    held.release();

    expect((await open).headers.connection).toBe('close');
    expect(await closed).toEqual({ aborted: 0 });
    agent.destroy();
  });

  it('says so to probes while it still serves', async () => {
    const held = aHeldRoute();
    const { gateway, health } = await aGateway({ routes: [held.route] });
    health.startDraining();

    expect((await gateway.inject({ url: '/health' })).status).toBe(503);
    expect((await gateway.inject({ url: '/ready' })).json()).toMatchObject({ status: 'shutting_down' });
    expect((await gateway.injectMetrics({ url: '/ready' })).status).toBe(503);
  });

  it('refuses a request that was only half here, with a problem', async () => {
    const { gateway } = await aGateway();
    const { url } = await gateway.listen();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('GET /v1/notes HTTP/1.1\r\nhost: x\r\n');
    await send(`${url}/health`); // by its answer the half is here as well

    const closed = gateway.close();
    socket.write('\r\n');

    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
    expect(answer.toLowerCase()).toContain('connection: close');
    expect(answer).toContain('"code":"SYS_SHUTTING_DOWN"');
    await closed;
  });

  it('cuts off what lasts too long, and tells the handler and the caller', async () => {
    const held = aHeldRoute();
    const { gateway, logs } = await aGateway({ routes: [held.route], config: { shutdownTimeoutMs: 20 } });
    const { url } = await gateway.listen();
    const open = send(`${url}/v1/held`);
    const signal = await held.arrived;

    expect(await gateway.close()).toEqual({ aborted: 1 });

    expect(signal.aborted).toBe(true);
    expect(await open).toMatchObject({ status: 503, headers: { connection: 'close' } });
    expect(logs).toContainEqual(expect.objectContaining({ level: 'warn', aborted: 1 }));
  });

  it('leaves nothing open when the public port is taken', async () => {
    const first = await aGateway();
    const { url } = await first.gateway.listen();
    const second = await aGateway({ config: { port: Number(new URL(url).port) } });

    await expect(second.gateway.listen()).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('a caller that goes away', () => {
  it('stops the handler and leaves no request in flight', async () => {
    const held = aHeldRoute();
    const { gateway, logs } = await aGateway({ routes: [held.route] });
    const { url } = await gateway.listen();
    const request = httpRequest(`${url}/v1/held`, { method: 'POST', headers: { 'x-api-key': A_KEY }, agent: false });
    request.on('error', () => undefined);
    request.end();
    const signal = await held.arrived;

    request.destroy();
    await once(signal, 'abort');

    expect((await gateway.injectMetrics({ url: '/metrics' })).text).toContain('gateway_in_flight_requests{service="spec"} 0');
    expect(logs).toMatchObject([{ status: 499, aborted: true }]);
  });
});

describe('a bad client', () => {
  it('gets a problem for bytes that are not HTTP', async () => {
    const { gateway } = await aGateway();
    const { url } = await gateway.listen();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');

    socket.end('HELO example.com\r\n\r\n');

    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"code":"VAL_HEADER_INVALID"');
    void aRequest;
  });
});
