import { setTimeout as pause } from 'node:timers/promises';
import { type Logger, type Login } from '@caas/runtime';
import { AdminConnection } from '../client/admin-connection.js';
import { type KafkaConfig } from '../client/types.js';

export interface TrialConnection {
  readonly config: KafkaConfig;
  readonly clientId: string;
  readonly logger: Logger;
}

const PAUSE_MS = 100;

/**
 * Logs in at every live broker. A changed password reaches them one after the other, so one broker's word is not enough. Rejects with an
 * `UnavailableError` when a broker refuses still after `patienceMs` (reason `KAFKA_ACCESS_REFUSED`) or does not answer.
 */
export async function tryLogin({ config, clientId, logger }: TrialConnection, login: Login, patienceMs = 0): Promise<void> {
  const deadline = performance.now() + patienceMs;
  const ask = async (brokers: readonly string[]): Promise<readonly string[]> => {
    const admin = new AdminConnection({ config: { ...config, brokers, sasl: login }, clientId, logger });
    try {
      const cluster = await admin.ask('accept the credentials', (client) => client.describeCluster());
      return cluster.brokers.map(({ host, port }) => `${host}:${port}`);
    } finally {
      await admin.close();
    }
  };
  for (;;) {
    try {
      const brokers = await ask(config.brokers);
      await Promise.all(brokers.map((broker) => ask([broker])));
      return;
    } catch (error) {
      if (performance.now() + PAUSE_MS > deadline) throw error;
      await pause(PAUSE_MS);
    }
  }
}
