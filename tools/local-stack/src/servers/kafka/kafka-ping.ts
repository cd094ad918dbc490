import { readFileSync } from 'node:fs';
import { Kafka, logLevel } from 'kafkajs';
import type { StackFile } from '@caas/testing/stack';
import { PING_TIMEOUT_MS } from '../server.js';

/** Logs in at a broker and asks for the cluster: it answers once it has joined and knows a controller. */
export async function pingKafka({ brokers, sasl, tls }: StackFile['kafka']): Promise<void> {
  const kafka = new Kafka({
    clientId: 'caas-stack',
    brokers,
    ...(sasl === undefined ? {} : { sasl }),
    ...(tls === undefined ? {} : { ssl: tls.ca_file === undefined || { ca: readFileSync(tls.ca_file, 'utf8') } }),
    connectionTimeout: PING_TIMEOUT_MS,
    authenticationTimeout: PING_TIMEOUT_MS,
    requestTimeout: PING_TIMEOUT_MS,
    retry: { retries: 0 },
    logLevel: logLevel.NOTHING,
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const { controller } = await admin.describeCluster();
    if (controller === null) throw new Error('The cluster has no controller');
  } finally {
    await admin.disconnect();
  }
}
