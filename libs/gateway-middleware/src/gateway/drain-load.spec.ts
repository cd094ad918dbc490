import { afterEach, describe, expect, it } from '@jest/globals';
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { A_KEY, aGateway, anEchoRoute, aRequest, closeGateways } from './gateway.fixture.js';

afterEach(closeGateways);

/** How a request ended: its status, or the error of its connection. */
type Ending = number | string;

/** One request over a kept connection. */
function send(url: string, agent: Agent): Promise<Ending> {
  return new Promise((resolve) => {
    const payload = JSON.stringify(aRequest.body);
    const headers = { 'x-api-key': A_KEY, 'content-type': 'application/json', 'content-length': String(payload.length) };
    const outgoing = request(`${url}/v1/notes`, { method: 'POST', agent, headers }, (incoming) => {
      incoming.resume().once('end', () => resolve(incoming.statusCode ?? 0));
    });
    outgoing.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    outgoing.end(payload);
  });
}

describe('a gateway that stops under load', () => {
  it('answers everything that it accepted, and sends the callers elsewhere', async () => {
    let handled = 0;
    const route = anEchoRoute({
      handler: (async ({ body }: { body: unknown }) => {
        await pause(5);
        handled += 1;
        return { status: 201, body };
      }) as never,
    });
    const { gateway } = await aGateway({ routes: [route], config: { shutdownDrainDelayMs: 100, shutdownTimeoutMs: 30_000 } });
    const { url } = await gateway.listen();
    const agent = new Agent({ keepAlive: true, maxSockets: 20 });
    const endings: Ending[] = [];
    let closed: Promise<{ aborted: number }> | undefined;
    const caller = async (): Promise<void> => {
      for (;;) {
        const ending = await send(url, agent);
        endings.push(ending);
        if (endings.length >= 200) closed ??= gateway.close();
        if (typeof ending === 'string') return; // the listener is closed: nothing of this request was accepted
      }
    };

    await Promise.all(Array.from({ length: 20 }, caller));
    const { aborted } = (await closed) ?? { aborted: -1 };
    agent.destroy();

    const answered = endings.filter((ending) => ending === 201).length;
    expect(aborted).toBe(0);
    // A connection that is refused never reached a handler; one that was cut off in the middle would show here.
    expect(answered).toBe(handled);
    const elsewhere: readonly Ending[] = [201, 503, 'ECONNREFUSED', 'ECONNRESET'];
    expect(endings.filter((ending) => !elsewhere.includes(ending))).toEqual([]);
    expect(answered).toBeGreaterThanOrEqual(200);
  }, 60_000);
});
