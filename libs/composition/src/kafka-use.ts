import { ANY_INSTANCE, type ConsumerDefinition, type Kafka, type KafkaUse, type TopicDefinition } from '@caas/messaging-kafka';
import { loadConfig, Metrics, TOKEN_CONFIG, tokenMaterialOf } from '@caas/runtime';
import { type ModuleList } from './module-list.js';
import { type Services } from './services.js';

/** Processes whose use of Kafka follows from the modules' parts. */
export const KAFKA_USERS = ['gateway', 'worker'] as const;
export type KafkaUser = (typeof KAFKA_USERS)[number];

/**
 * What a process does with Kafka: its parts are built as the process builds them, with a client that takes notes. So a right follows from the code that
 * needs it and there is no second list. Parts therefore ask for their producers when they are built; nothing is started here.
 */
export async function kafkaUseOf(user: KafkaUser, modules: ModuleList, services: Services): Promise<KafkaUse> {
  const produces = new Set<TopicDefinition>();
  const noted: Services = {
    ...services,
    instanceId: ANY_INSTANCE,
    metrics: new Metrics({ service: user, defaults: false }), // those of this process may have the same names
    kafka: noting(services.kafka, produces),
    tokens: services.tokens ?? tokenMaterialOf(loadConfig(TOKEN_CONFIG, {}), () => undefined), // of a process that issues none; these sign nothing
  };
  if (user === 'gateway') {
    await Promise.all([modules.routes(noted), modules.audit(noted)]);
    return { produces: [...produces], consumes: [] };
  }
  // It relays the outbox, where any event may wait.
  for (const topic of modules.topics) if (topic.events.length > 0) produces.add(topic);
  const consumes: readonly ConsumerDefinition[] = await modules.consumers(noted);
  await Promise.all([modules.jobs(noted), modules.streams(noted)]);
  return { produces: [...produces], consumes, inspects: modules.topics }; // it holds all topics against their definitions
}

/** The same client; remembers who asks for which producer. */
function noting(kafka: Kafka, produces: Set<TopicDefinition>): Kafka {
  const producer: Kafka['producer'] = (topic) => {
    produces.add(topic);
    return kafka.producer(topic);
  };
  return new Proxy(kafka, {
    get: (target, name) => {
      if (name === 'producer') return producer;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
