import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freeze, stack } from '@caas/testing';
import { aConfig, aTenant, aTopic, KafkaBench, messageSent } from '../fixtures/kafka.fixture.js';
import { Ledger } from '../fixtures/ledger.fixture.js';
import { TcpProxy } from '@caas/testing/network';

/**
 * Fault drills of the producer: concurrent senders write down what they were told, the fault comes and goes, and the ledger is compared
 * with the topic. The link between client and broker is faulty here, which disturbs nobody else on the same stack. `CAAS_DRILL=1` freezes the
 * broker itself, for a stack that nobody else uses (`CAAS_STACK_NAME`).
 */
const bench = new KafkaBench();
const real = process.env['CAAS_DRILL'] === '1';
let link: TcpProxy;

beforeAll(async () => {
  link = await TcpProxy.start();
});
afterAll(async () => {
  await bench.close();
  await link.close();
});

/** Senders on a faulty link; `check` reads over a sound one. */
async function aDrill(timeouts: { requestTimeoutMs: number; deliveryTimeoutMs: number }) {
  const topic = aTopic();
  const sound = await bench.connect([topic]);
  const faulty = await bench.connect([topic], { openSocket: link.openSocket, ...timeouts });
  const ledger = new Ledger({ producer: faulty.producer(topic), tenant: aTenant(), senders: 50 });
  await ledger.untilAcked(500);
  return { topic, ledger, faulty, check: () => ledger.check(bench, sound, topic) };
}

const nothingBroken = { lost: 0, outOfOrder: 0 };

describe('when the broker answers nothing for less than the delivery timeout', () => {
  it('every send succeeds, is stored, and keeps its order', async () => {
    const { ledger, check } = await aDrill({ requestTimeoutMs: 300, deliveryTimeoutMs: 10_000 });

    link.hold();
    await pause(1_500);
    link.release();
    await ledger.untilAcked(1_000);
    await ledger.stop();

    expect(await check()).toMatchObject({ ...nothingBroken, failed: 0 });
  });
});

describe('when the broker answers nothing for longer', () => {
  it('senders are told in time, every acknowledged record is stored, and order holds', async () => {
    const { ledger, check } = await aDrill({ requestTimeoutMs: 300, deliveryTimeoutMs: 1_000 });

    link.hold();
    await pause(3_000);
    link.release();
    await ledger.untilAcked(1_000);
    await ledger.stop();

    const verdict = await check();
    expect(verdict).toMatchObject(nothingBroken);
    expect(verdict.failed).toBeGreaterThan(0);
    expect(verdict.longestWaitMs).toBeLessThan(2_500);
  });
});

describe('when an acknowledgement is lost after the write', () => {
  it('the record is stored twice under one id, and its sender hears of success', async () => {
    const topic = aTopic({ partitions: 1 });
    const kafka = await bench.connect([topic], { openSocket: link.openSocket });
    const producer = kafka.producer(topic);
    const tenant = aTenant();
    const payload = { conversation_id: 'conv_1', body: 'x', seq: 0 };
    await producer.send({ tenant, event: messageSent, payload });

    const dropped = link.dropAnswer((answer) => answer.includes(topic.family));
    const sent = await producer.send({ tenant, event: messageSent, payload: { ...payload, seq: 1 } });
    await dropped;

    expect(sent.offset).toBe('2');
  });
});

describe('when a link dies without a close', () => {
  it('the request timeout finds out, a new link takes over, and nothing is lost', async () => {
    const { ledger, faulty, check } = await aDrill({ requestTimeoutMs: 300, deliveryTimeoutMs: 10_000 });
    const replaced = faulty.events.next('replaced');

    link.swallow();
    await replaced;
    await ledger.untilAcked(1_000);
    await ledger.stop();

    const verdict = await check();
    expect(verdict).toMatchObject({ ...nothingBroken, failed: 0 });
    expect(verdict.longestWaitMs).toBeLessThan(3_000);
  });
});

(real ? describe : describe.skip)('when the broker process is stopped (needs CAAS_DRILL=1 and a stack of its own)', () => {
  it.each([
    [4_000, 0],
    [20_000, 1],
  ])(
    'for %i ms: acknowledged records are stored in order',
    async (frozenMs, failuresMin) => {
      const topic = aTopic();
      const kafka = await bench.connect([topic], aConfig({ requestTimeoutMs: 1_500 }));
      const ledger = new Ledger({ producer: kafka.producer(topic), tenant: aTenant(), senders: 50 });
      await ledger.untilAcked(500);

      const thaw = freeze('kafka', { stack: stack() });
      await pause(frozenMs).finally(thaw);
      await ledger.untilAcked(1_000);
      await ledger.stop();

      const verdict = await ledger.check(bench, kafka, topic);
      expect(verdict).toMatchObject(nothingBroken);
      expect(verdict.failed).toBeGreaterThanOrEqual(failuresMin);
    },
    120_000,
  );
});
