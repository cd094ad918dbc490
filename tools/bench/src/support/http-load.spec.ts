import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { closedLoop, openLoop, requestBytes, type Target } from './http-load.js';

let server: Server;
let status: number;
let paths: string[];
let underWay: number;
let mostUnderWay: number;

beforeEach(async () => {
  [status, paths, underWay, mostUnderWay] = [200, [], 0, 0];
  server = createServer((request, response) => {
    paths.push(request.url ?? '');
    mostUnderWay = Math.max(mostUnderWay, ++underWay);
    request.resume().on('end', () =>
      setImmediate(() => {
        underWay -= 1;
        const body = JSON.stringify({ path: request.url });
        response.writeHead(status, { 'content-length': body.length });
        response.write(body.slice(0, 4)); // an answer in two pieces
        setImmediate(() => response.end(body.slice(4)));
      }),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const target = (): Target => ({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });

describe('closedLoop', () => {
  it('sends the requests in turn and keeps one under way per connection', async () => {
    const requests = [requestBytes('GET', '/a'), requestBytes('POST', '/b', { body: { text: 'é' } })];

    const { answers, latenciesMs } = await closedLoop(target(), requests, { connections: 4, total: 100 });

    expect([answers, latenciesMs.length]).toEqual([100, 100]);
    expect([paths.filter((path) => path === '/a').length, paths.filter((path) => path === '/b').length]).toEqual([50, 50]);
    expect(mostUnderWay).toBeLessThanOrEqual(4);
  });

  it('does not measure refusals', async () => {
    status = 429;

    await expect(closedLoop(target(), [requestBytes('GET', '/')], { connections: 1, total: 1 })).rejects.toThrow('answered 429');
  });
});

describe('openLoop', () => {
  it('makes as many requests as rate and time say and shows every answer', async () => {
    const seen: string[] = [];

    const { answers, seconds } = await openLoop(target(), [requestBytes('GET', '/c')], {
      perSecond: 500,
      seconds: 0.2,
      connections: 8,
      onAnswer: ({ body }) => seen.push(body),
    });

    expect(answers).toBe(100);
    expect(seen).toEqual(Array.from({ length: 100 }, () => '{"path":"/c"}'));
    expect(seconds).toBeGreaterThan(0.19);
  });
});
