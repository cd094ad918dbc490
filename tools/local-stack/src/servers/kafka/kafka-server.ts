import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { externalServers, SERVICES, type StackFile } from '@caas/testing/stack';
import { ensureArtifact } from '../../artifacts/artifact-store.js';
import { requireJava } from '../../machine/java-tools.js';
import { writePrivateFile } from '../../state/write-file.js';
import { KAFKA, KAFKA_VERSION } from '../../versions.js';
import { external, javaOptions, nothing, portOf, type Server, type ServerContext } from '../server.js';
import { authorityFile, ensureCertificates } from './certificates.js';
import { formatStorage } from './format-storage.js';
import { pingKafka } from './kafka-ping.js';
import { firstLogins, loginFile, writeLogins } from './logins.js';
import { KAFKA_ADMIN, renderServerProperties } from './server-properties.js';

/** Megabytes. */
const HEAP = 512;

/** Kafka: external by `KAFKA_BROKERS`, else local brokers in KRaft mode with SASL/SCRAM-SHA-512, ACLs on, and TLS when asked for. */
export async function kafkaServer(context: ServerContext): Promise<Server> {
  const { kafka } = externalServers(context.env);
  if (kafka !== undefined) {
    const missing = [...(kafka.sasl === undefined ? ['SASL'] : []), ...(kafka.tls === undefined ? ['TLS'] : [])];
    return {
      ...external,
      name: 'kafka',
      choice: `external, KAFKA_BROKERS = ${kafka.brokers.join(',')}${missing.length === 0 ? '' : `, without ${missing.join(' and ')}`}`,
      ping: () => pingKafka(kafka),
      address: () => ({ kafka }),
    };
  }
  const { folder, settings, signal, env } = context;
  const { passwords, tls } = settings.kafka;
  const nodes = Array.from({ length: settings.kafka.brokers }, (_, index) => `kafka-${index + 1}`);
  const nodeFile = (node: string): string => join(folder.path, `${node}.properties`);
  const classPath = join(folder.artifacts, KAFKA.folder, 'lib', '*');
  const cluster = (): StackFile['kafka'] => ({
    brokers: nodes.map((node) => `127.0.0.1:${portOf(context, node)}`),
    sasl: { mechanism: 'scram-sha-512', username: KAFKA_ADMIN, password: passwords.admin },
    ...(tls ? { tls: { ca_file: authorityFile(folder.certificates) } } : {}),
    logins: Object.fromEntries(SERVICES.map((service) => [service, loginFile(folder, service)])) as StackFile['kafka']['logins'],
  });
  const prepareNode = async (name: string, index: number): Promise<void> => {
    const dataFolder = join(folder.data, name);
    const properties = renderServerProperties({
      id: index + 1,
      cluster: nodes.map((node) => ({
        name: node,
        clientPort: portOf(context, node),
        controllerPort: portOf(context, `${node}-controller`),
      })),
      adminPassword: passwords.admin,
      dataFolder,
      ...(tls ? { certificates: folder.certificates } : {}),
    });
    writePrivateFile(nodeFile(name), properties);
    const users = Object.fromEntries(
      [{ username: KAFKA_ADMIN, password: passwords.admin }, ...Object.values(firstLogins(settings))].map(({ username, password }) => [
        username,
        password,
      ]),
    );
    await formatStorage({ classPath, clusterId: settings.kafka.cluster_id, properties: nodeFile(name), dataFolder, users, signal, env });
  };
  return {
    name: 'kafka',
    kind: tls ? 'kafka-tls' : 'kafka',
    choice: `Kafka ${KAFKA_VERSION} (KRaft), ${nodes.length === 1 ? 'one broker' : `${nodes.length} brokers`}, SASL/SCRAM-SHA-512, ${tls ? 'TLS, ' : ''}ACLs on`,
    startsEmpty: false,
    processes: nodes,
    extraPorts: nodes.map((node) => `${node}-controller`),
    prepare: async () => {
      await requireJava(context.env);
      await ensureArtifact(folder.artifacts, KAFKA, context);
      const servers = nodes.map((name) => ({ name, hosts: ['127.0.0.1', 'localhost'] }));
      if (tls) await ensureCertificates({ folder: folder.certificates, servers });
      // The users are part of the data, so their first passwords count exactly as long as there is none.
      if (!existsSync(join(folder.data, nodes[0] ?? '', 'meta.properties'))) writeLogins(folder, settings);
      await Promise.all(nodes.map(prepareNode));
    },
    command: (node) => ({ command: 'java', args: [...javaOptions(HEAP), '-cp', classPath, 'kafka.Kafka', nodeFile(node)] }),
    configure: nothing,
    ping: (node) => pingKafka({ ...cluster(), ...(node === undefined ? {} : { brokers: [`127.0.0.1:${portOf(context, node)}`] }) }),
    address: () => ({ kafka: cluster() }),
  };
}
