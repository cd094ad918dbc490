import { KAFKA_USERS, kafkaUseOf, type Services } from '@caas/composition';
import { type AclEntry, monitorRights, operatorRights, rightsOf } from '@caas/messaging-kafka';
import { modules } from '@caas/modules';

/** Everything that anybody needs: the services by what they do, the operator and the monitor by their office. */
export async function wantedAcls(services: Services): Promise<readonly AclEntry[]> {
  const wanted: AclEntry[] = [];
  for (const user of KAFKA_USERS) wanted.push(...rightsOf(user, await kafkaUseOf(user, modules, services), modules.topics));
  return [...wanted, ...operatorRights('provisioner', modules.topics), ...monitorRights('monitor')];
}
