import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ApiClient, type SpecUser } from './support/api-client.fixture.js';
import { noCluster, SpecCluster } from './support/cluster.fixture.js';
import { expectKcatReads, kcatFirst, loginOf, noKcat } from './support/kcat.fixture.js';
import { expectIntact, type Ledger, sendUntil, settled } from './support/ledger.fixture.js';
import { System } from './support/system.fixture.js';
import { waitUntil } from '@caas/testing/processes';

const reason = noCluster();
if (reason !== undefined) console.log(`skipped, three brokers: ${reason}`);
const withoutKcat = noKcat();
if (withoutKcat !== undefined) console.log(`skipped, kcat: ${withoutKcat}`);
const itWithKcat = withoutKcat === undefined ? it : it.skip;

const SENDERS = 5;
/** A send is answered within the time that a record is tried, whatever the brokers do. */
const ANSWERED_WITHIN_MS = 15_000;
const START_MS = 400_000;
/** Brokers start again in each of these; on a busy machine that takes its time. */
const TEST_MS = 400_000;

/** The gateway and the worker, each with rights and credentials of its own, on three brokers that speak TLS. */
(reason === undefined ? describe : describe.skip)('on three brokers', () => {
  let cluster: SpecCluster;
  let system: System;
  let api: ApiClient;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cluster-spec-'));
    cluster = await SpecCluster.start(`cluster-spec-${process.pid}`);
    system = await System.start({ on: cluster.stack, gatewayEnv: { KAFKA_REQUEST_TIMEOUT: '2000' } });
    ({ api } = await system.tenant());
  }, START_MS);
  afterAll(async () => {
    await system?.stop();
    await cluster?.remove();
    rmSync(folder, { recursive: true, force: true });
  }, START_MS);

  /** Senders that go on until they are stopped. */
  async function load(): Promise<{
    readonly conversationId: string;
    readonly ledger: Ledger;
    readonly accepted: (more: number) => Promise<void>;
    readonly stop: () => Promise<void>;
  }> {
    const members: SpecUser[] = await Promise.all(Array.from({ length: SENDERS }, (_, index) => api.user(`sender ${index}`)));
    const conversationId = await api.conversation(...members);
    const abort = new AbortController();
    const ledger: Ledger = { accepted: [], refused: [] };
    const sending = sendUntil(api, { members, conversationId, stop: abort.signal, ledger });
    return {
      conversationId,
      ledger,
      accepted: async (more) => {
        const goal = ledger.accepted.length + more;
        await waitUntil(`${more} more messages are accepted`, () => ledger.accepted.length >= goal || undefined, { timeoutMs: 60_000 });
      },
      stop: async () => {
        abort.abort();
        await sending;
      },
    };
  }

  it(
    'credentials are rotated during load: no send fails, and the old ones are worth nothing',
    async () => {
      const old = { gateway: loginOf(cluster.stack, 'gateway'), worker: loginOf(cluster.stack, 'worker') };
      const { conversationId, ledger, accepted, stop } = await load();
      await accepted(20);

      for (const service of ['gateway', 'worker'] as const) {
        const rotated = await system.admin('credentials', 'rotate', '--service', service);
        expect(rotated).toMatchObject({ service, from: `service-${service}-a`, to: `service-${service}-b` });
      }
      for (const service of ['gateway', 'worker'] as const) {
        await waitUntil(`the ${service} has changed over`, async () =>
          (await system.metricsOf(service)).includes(`user="service-${service}-b"`) ? true : undefined,
        );
        const retired = await system.admin('credentials', 'retire', '--service', service, '--grace', '0');
        expect(retired).toEqual({ service, retired: `service-${service}-a`, active: `service-${service}-b` });
      }
      await accepted(100);
      await stop();

      expect(ledger.refused).toEqual([]);
      expectIntact(await settled(api, conversationId, ledger), ledger);
      expect(await system.admin('credentials', 'list')).not.toContainEqual(expect.objectContaining({ user: old.gateway.username }));
      expect(system.output).not.toContain(old.gateway.password);
      expect(system.output).not.toContain(loginOf(cluster.stack, 'gateway').password);
      if (withoutKcat !== undefined) return;
      const { said } = await kcatFirst('chat.messages.shared', { stack: cluster.stack, folder, login: old.worker });
      expect(said).toMatch(/authentication failed/i);
    },
    TEST_MS,
  );

  it(
    'one broker is killed during load: sends go on, and nothing accepted is lost, doubled or reordered',
    async () => {
      const { conversationId, ledger, accepted, stop } = await load();
      await accepted(20);

      await cluster.kill('kafka-2');
      await accepted(100);
      await cluster.repair();
      await accepted(20);
      await stop();

      expect(ledger.refused.filter(({ status }) => status !== 503)).toEqual([]);
      expectIntact(await settled(api, conversationId, ledger), ledger);
    },
    TEST_MS,
  );

  it(
    'two brokers are killed: sends answer 503 in time, and work again by themselves when the brokers are back',
    async () => {
      const { conversationId, ledger, accepted, stop } = await load();
      await accepted(20);

      await cluster.kill('kafka-1', 'kafka-3');
      const killedAt = performance.now();
      await waitUntil('sends are refused', () => ledger.refused.length > 0 || undefined, { timeoutMs: ANSWERED_WITHIN_MS });
      const refusedAfterMs = performance.now() - killedAt;
      await cluster.repair();
      await accepted(50);
      await stop();

      expect(refusedAfterMs).toBeLessThan(ANSWERED_WITHIN_MS);
      expect(ledger.refused.filter(({ status }) => status !== 503)).toEqual([]);
      expectIntact(await settled(api, conversationId, ledger), ledger);
    },
    TEST_MS,
  );

  itWithKcat(
    'kcat reads framed Avro as who may read it, and nobody else reads anything',
    async () => {
      const { stack } = cluster;
      const [gateway, worker] = [loginOf(stack, 'gateway'), loginOf(stack, 'worker')];
      await expectKcatReads('chat.messages.shared', { stack, folder, as: worker, not: gateway, schema: 'ChatMessagesValue' });
      expect(await kcatFirst('chat.messages.shared', { stack, folder, login: worker, protocol: 'sasl_plaintext' })).toMatchObject({
        value: Buffer.alloc(0),
      });
    },
    TEST_MS,
  );
});
