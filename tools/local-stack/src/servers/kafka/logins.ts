import { join } from 'node:path';
import { type KafkaCredentials, type KafkaService, SERVICES } from '@caas/testing/stack';
import { type Settings } from '../../state/settings.js';
import { type StackFolder } from '../../state/stack-folder.js';
import { writePrivateFile } from '../../state/write-file.js';

/** The credentials of the services at the first start: slot a of each. They may do nothing until ACLs say so. */
export function firstLogins({ kafka }: Pick<Settings, 'kafka'>): Readonly<Record<KafkaService, KafkaCredentials>> {
  const login = (service: KafkaService): KafkaCredentials => ({ username: `service-${service}-a`, password: kafka.passwords[service] });
  return { gateway: login('gateway'), worker: login('worker'), provisioner: login('provisioner') };
}

/** Where a service finds its credentials (`KAFKA_SASL_CREDENTIALS_FILE`); a rotation writes there too. */
export const loginFile = (folder: Pick<StackFolder, 'logins'>, service: KafkaService): string => join(folder.logins, `${service}.json`);

/** Writes the first credentials of all services, each into a file of its own that only the owner may read. */
export function writeLogins(folder: Pick<StackFolder, 'logins'>, settings: Pick<Settings, 'kafka'>): void {
  const logins = firstLogins(settings);
  for (const service of SERVICES) writePrivateFile(loginFile(folder, service), `${JSON.stringify(logins[service], null, 2)}\n`);
}
