import { waitUntil } from '@caas/testing/processes';
import { type Drill } from '../drill.js';

export const brokerCrash: Drill = {
  number: 3,
  name: 'broker-crash',
  fault: 'the broker is killed (SIGKILL) and started again',
  holds: 'the gateway is alive and says that it is degraded, and is well within 5 s after; nothing is lost, doubled or reordered',
  setup: {},
  async run(field) {
    const load = field.load();
    await load.untilTaken(100);

    await field.killServer('kafka');
    const { url } = field.gateway;
    const becomes = async (status: string, timeoutMs: number): Promise<number | undefined> => {
      const started = performance.now();
      const ask = async () => (((await (await fetch(`${url}/ready`)).json()) as { status: string }).status === status ? true : undefined);
      return waitUntil(`readiness is ${status}`, ask, { timeoutMs }).then(
        () => Math.round(performance.now() - started),
        () => undefined,
      );
    };
    const degraded = await becomes('degraded', 20_000);
    field.claim('the gateway says that it is degraded', degraded !== undefined, `after ${degraded} ms`);
    field.claim('the gateway says that it is alive', (await fetch(`${url}/health`)).status === 200);

    await field.system.restoreServers();
    const ok = await becomes('ok', 30_000);
    field.claim('the gateway says that it is well within 5 s after the broker answers', (ok ?? Infinity) < 5_000, `${ok} ms`);
    await load.untilTaken(100, { timeoutMs: 60_000 });
    await load.stop();

    field.claimOnlyUnavailable(load);
  },
};
