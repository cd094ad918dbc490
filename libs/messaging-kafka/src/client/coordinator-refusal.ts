import { type Logger } from '@caas/runtime';
import { clusterOf } from './cluster.js';
import { rootCause } from './errors.js';
import { createKafkaJs } from './kafkajs.js';
import { type KafkaConfig } from './types.js';

/**
 * Why no broker named a coordinator for a group, when `error` says no more than that: kafkajs asks one broker after the other and forgets what they said. Asks
 * once more and resolves with the refusal; with `error` itself when it is about something else, or nothing better is to be had. Never rejects.
 */
export async function coordinatorRefusal(
  error: unknown,
  { group, ...options }: { group: string; config: KafkaConfig; clientId: string; logger: Logger },
): Promise<unknown> {
  if (rootCause(error).name !== 'KafkaJSGroupCoordinatorNotFound') return error;
  const cluster = clusterOf(createKafkaJs({ ...options, retry: { retries: 0 } }));
  try {
    await cluster.connect();
    await cluster.refreshMetadata();
    await (await cluster.findControllerBroker()).findGroupCoordinator({ groupId: group });
    return error;
  } catch (refusal) {
    return rootCause(refusal).type === 'GROUP_AUTHORIZATION_FAILED' ? refusal : error;
  } finally {
    await cluster.disconnect().catch(() => undefined);
  }
}
