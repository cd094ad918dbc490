import { DeadLettersService } from '@caas/insight';
import { type Services } from '@caas/composition';
import { type AuditTrail } from '@caas/runtime';
import { auditOf } from '../audit.js';
import { auditActorOf, type Operator } from './operator.js';

/** The service of dead letters for one operator, over the services of the process. */
export function deadLettersOf(services: Services, operator: Operator): DeadLettersService {
  const { mongo, kafka, clock } = services;
  // Who only looks needs no trail.
  let trail: Promise<AuditTrail> | undefined;
  const actor = auditActorOf(operator);
  const audit: Pick<AuditTrail, 'record'> = { record: async (entry) => (await (trail ??= auditOf(services))).record({ ...entry, actor }) };
  return new DeadLettersService({ mongo, tools: kafka.deadLetters, audit, clock });
}
