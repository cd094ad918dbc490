import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { examineRegistry } from './examine-registry.js';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function aRegistry(status: number, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  server = createServer((_, response) => response.writeHead(status, headers).end('{}'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/apis/`;
}

describe('looking at the registry', () => {
  it('tells how far its clock is from ours', async () => {
    const hourAgo = new Date(Date.now() - 3_600_000).toUTCString();

    const { fault, clock } = await examineRegistry({ url: await aRegistry(200, { date: hourAgo }), timeoutMs: 20_000 });

    expect(fault).toBeUndefined();
    expect(clock?.skewMs).toBeLessThan(-3_500_000);
    expect(clock?.uncertaintyMs).toBeGreaterThanOrEqual(500);
  });

  it.each([
    [401, 'access_refused'],
    [403, 'access_refused'],
    [404, 'failed'],
    [503, 'failed'],
  ])('calls an answer of %s %s', async (status, kind) => {
    expect(await examineRegistry({ url: await aRegistry(status), timeoutMs: 20_000 })).toMatchObject({
      fault: { kind, said: `it answered ${status} to /config` },
    });
  });

  it('names a registry that is not there', async () => {
    const url = await aRegistry(200);
    server?.close();

    expect(await examineRegistry({ url, timeoutMs: 20_000 })).toMatchObject({ fault: { kind: 'unreachable' } });
  });

  it('gives up on one that says nothing', async () => {
    server = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;

    expect(await examineRegistry({ url, timeoutMs: 50 })).toMatchObject({ fault: { kind: 'no_answer' } });
  });
});
