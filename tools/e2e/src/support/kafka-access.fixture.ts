import { readFileSync } from 'node:fs';
import { type KafkaConfig } from '@caas/messaging-kafka';
import { stack } from '@caas/testing/stack';

/** How the super user reaches the running stack, encrypted where its brokers are; the same for the product's client and for the bare one. */
export function kafkaAccess(): KafkaConfig {
  const { kafka, registry_url: registryUrl } = stack();
  const { brokers, sasl, tls } = kafka;
  return {
    brokers,
    registryUrl,
    replicationFactor: Math.min(3, brokers.length),
    ...(sasl && { sasl: { username: sasl.username, password: sasl.password } }),
    ...(tls && { tls: tls.ca_file === undefined || { ca: readFileSync(tls.ca_file, 'utf8') } }),
  };
}
