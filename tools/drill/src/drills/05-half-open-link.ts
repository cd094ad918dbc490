import { type Drill } from '../drill.js';

/** The request timeout of 1.5 s finds out; the system's own would take minutes, and a lock of the client library 65 s. */
const RECOVERED_WITHIN_MS = 10_000;
/** Answers that were on their way when the connections died do not count. */
const MORE_THAN_UNDER_WAY = 30;

export const halfOpenLink: Drill = {
  number: 5,
  name: 'half-open-link',
  fault: 'every connection between gateway and broker dies without a word: bytes vanish both ways',
  holds: 'the request timeout finds out, a new connection takes over within 10 s, nothing is lost or reordered',
  setup: { gatewayLinks: ['kafka'] },
  async run(field) {
    const load = field.load();
    await load.untilTaken(100);

    for (const link of field.gateway.links?.to('kafka') ?? []) link.swallow();
    const broken = performance.now();
    await load.untilTaken(MORE_THAN_UNDER_WAY, { timeoutMs: 60_000 });
    const elapsed = Math.round(performance.now() - broken);
    field.claim('sends are accepted over a new connection within 10 s', elapsed < RECOVERED_WITHIN_MS, `${elapsed} ms`);
    await load.untilTaken(100);
    await load.stop();

    field.claimOnlyUnavailable(load);
  },
};
