import { join } from 'node:path';
import { externalServers, type StackFile } from '@caas/testing/stack';
import { ensureArtifact } from '../../artifacts/artifact-store.js';
import { requireJava } from '../../machine/java-tools.js';
import { writePrivateFile } from '../../state/write-file.js';
import { KAFKA, KAFKA_VERSION } from '../../versions.js';
import { external, javaOptions, nothing, portOf, type Server, type ServerContext } from '../server.js';
import { formatStorage } from './format-storage.js';
import { pingKafka } from './kafka-ping.js';
import { KAFKA_ADMIN, renderServerProperties } from './server-properties.js';

/** Megabytes. */
const HEAP = 512;

/** Kafka users of the services. They may do nothing until ACLs say so. */
export const SERVICE_USERS = { gateway: 'service-gateway', worker: 'service-worker', provisioner: 'service-provisioner' } as const;

/** Kafka: external by `KAFKA_BROKERS`, else local brokers in KRaft mode with SASL/SCRAM-SHA-512 and ACLs on. */
export async function kafkaServer(context: ServerContext): Promise<Server> {
  const { kafka } = externalServers(context.env);
  if (kafka !== undefined) {
    return {
      ...external,
      name: 'kafka',
      choice: `external, KAFKA_BROKERS = ${kafka.brokers.join(',')}${kafka.sasl === undefined ? ', without SASL' : ''}`,
      ping: () => pingKafka(kafka),
      address: () => ({ kafka }),
    };
  }
  const { folder, settings, signal, env } = context;
  const { passwords } = settings.kafka;
  const nodes = Array.from({ length: settings.kafka.brokers }, (_, index) => `kafka-${index + 1}`);
  const nodeFile = (node: string): string => join(folder.path, `${node}.properties`);
  const classPath = join(folder.artifacts, KAFKA.folder, 'lib', '*');
  const cluster = (): StackFile['kafka'] => ({
    brokers: nodes.map((node) => `127.0.0.1:${portOf(context, node)}`),
    sasl: { mechanism: 'scram-sha-512', username: KAFKA_ADMIN, password: passwords.admin },
    users: {
      gateway: { username: SERVICE_USERS.gateway, password: passwords.gateway },
      worker: { username: SERVICE_USERS.worker, password: passwords.worker },
      provisioner: { username: SERVICE_USERS.provisioner, password: passwords.provisioner },
    },
  });
  const prepareNode = async (node: string, index: number): Promise<void> => {
    const dataFolder = join(folder.data, node);
    const ports = nodes.map((name) => ({ clientPort: portOf(context, name), controllerPort: portOf(context, `${name}-controller`) }));
    const properties = renderServerProperties({ id: index + 1, cluster: ports, adminPassword: passwords.admin, dataFolder });
    writePrivateFile(nodeFile(node), properties);
    const users = {
      [KAFKA_ADMIN]: passwords.admin,
      [SERVICE_USERS.gateway]: passwords.gateway,
      [SERVICE_USERS.worker]: passwords.worker,
      [SERVICE_USERS.provisioner]: passwords.provisioner,
    };
    await formatStorage({ classPath, clusterId: settings.kafka.cluster_id, properties: nodeFile(node), dataFolder, users, signal, env });
  };
  return {
    name: 'kafka',
    kind: 'kafka',
    choice: `Kafka ${KAFKA_VERSION} (KRaft), ${nodes.length === 1 ? 'one broker' : `${nodes.length} brokers`}, SASL/SCRAM-SHA-512, ACLs on`,
    startsEmpty: false,
    processes: nodes,
    extraPorts: nodes.map((node) => `${node}-controller`),
    prepare: async () => {
      await requireJava(context.env);
      await ensureArtifact(folder.artifacts, KAFKA, context);
      await Promise.all(nodes.map(prepareNode));
    },
    command: (node) => ({ command: 'java', args: [...javaOptions(HEAP), '-cp', classPath, 'kafka.Kafka', nodeFile(node)] }),
    configure: nothing,
    ping: (node) => pingKafka({ ...cluster(), ...(node === undefined ? {} : { brokers: [`127.0.0.1:${portOf(context, node)}`] }) }),
    address: () => ({ kafka: cluster() }),
  };
}
