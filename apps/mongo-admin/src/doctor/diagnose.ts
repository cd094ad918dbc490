import { type TopicDefinition } from '@caas/messaging-kafka';
import { modules } from '@caas/modules';
import { servicesOfNobody } from '../services-of-nobody.js';
import { wantedAcls } from '../operations/wanted-acls.js';
import { type Check, type Finding } from './check.js';
import { kafkaChecks } from './checks/kafka.js';
import { mongoChecks } from './checks/mongodb.js';
import { redisChecks } from './checks/redis.js';
import { registryChecks } from './checks/registry.js';
import { settingsChecks } from './checks/settings.js';
import { type Environment, Installation } from './installation.js';
import { runChecks, type RunChecksOptions } from './run-checks.js';

/** A check that asks for a lot (the topics of many tenants) takes its time; a server that does not answer is found out long before. */
const CHECK_TIMEOUT_MS = 60_000;

export interface DiagnoseOptions {
  readonly env: Environment;
  /** Milliseconds that a server has for one answer. */
  readonly answerTimeoutMs: number;
  readonly onDone?: RunChecksOptions['onDone'];
  /** Those of all modules unless given. */
  readonly topics?: readonly TopicDefinition[];
}

/** Looks at every server and setting that an environment names. Changes nothing, never rejects, leaves no connection open. */
export async function diagnose({ env, answerTimeoutMs, onDone, topics = modules.topics }: DiagnoseOptions): Promise<readonly Finding[]> {
  const installation = new Installation({ env, answerTimeoutMs });
  const checks: readonly Check[] = [
    ...settingsChecks(env),
    ...mongoChecks(installation),
    ...redisChecks(installation),
    ...kafkaChecks(installation, { topics, rights: () => wantedAcls(servicesOfNobody()) }),
    ...registryChecks(installation, topics),
  ];
  try {
    return await runChecks(checks, { timeoutMs: CHECK_TIMEOUT_MS, ...(onDone && { onDone }) });
  } finally {
    await installation.close();
  }
}
