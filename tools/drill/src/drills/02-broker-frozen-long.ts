import { type Drill } from '../drill.js';

/** A send is tried for 10 s, and the request under way may take its own time after that. */
const ANSWER_WITHIN_MS = 15_000;

export const brokerFrozenLong: Drill = {
  number: 2,
  name: 'broker-frozen-long',
  fault: 'the broker is frozen for 20 s, longer than a send is tried',
  holds: 'callers are told 503 in time; sends are accepted again by themselves; what is repeated on the topic is stored once',
  setup: {},
  async run(field) {
    const load = field.load();
    await load.untilTaken(100);

    await field.frozen('kafka', 20_000);
    const thawed = performance.now();
    await load.untilTaken(1);
    field.claim(
      'a send is accepted within 10 s of the thaw',
      performance.now() - thawed < 10_000,
      `${Math.round(performance.now() - thawed)} ms`,
    );
    await load.untilTaken(100);
    await load.stop();

    field.claim('callers are told 503', (load.refusals['503'] ?? 0) > 0, JSON.stringify(load.refusals));
    field.claimOnlyUnavailable(load);
    const longest = Math.max(...load.outcomes.map(({ elapsedMs }) => elapsedMs));
    field.claim(`every answer comes within ${ANSWER_WITHIN_MS} ms`, longest < ANSWER_WITHIN_MS, `${longest} ms`);
  },
};
