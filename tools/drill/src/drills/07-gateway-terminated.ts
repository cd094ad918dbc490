import { type Drill } from '../drill.js';

const EXIT_WITHIN_MS = 10_000;

export const gatewayTerminated: Drill = {
  number: 7,
  name: 'gateway-terminated',
  fault: 'one of two gateways gets SIGTERM under load',
  holds: 'requests that are open are answered, none is cut off, the process ends with code 0 within 10 s',
  setup: { gateways: 2, gatewayEnv: { SHUTDOWN_DRAIN_DELAY_MS: '2000' } }, // as in production, where balancers have to see it coming
  async run(field) {
    const [other, victim] = field.gateways;
    if (other === undefined || victim === undefined) throw new Error('Two gateways are needed.');
    let target = victim.url;
    const load = field.load({ gateway: () => target });
    await load.untilTaken(100);

    target = other.url; // as a balancer that saw it coming
    const started = performance.now();
    const code = await victim.process.end('SIGTERM');
    const elapsed = Math.round(performance.now() - started);
    await load.untilTaken(100);
    await load.stop();

    field.claim('it ends with code 0 within 10 s', code === 0 && elapsed < EXIT_WITHIN_MS, `code ${code} after ${elapsed} ms`);
    field.claim('no open request is cut off or refused', Object.keys(load.refusals).length === 0, JSON.stringify(load.refusals));
  },
};
