import { authorityFile, keyStoreFile } from './certificates.js';

/** What one node's configuration depends on. */
export interface KafkaNode {
  /** 1 … {@link cluster} size. */
  readonly id: number;
  /** All nodes in order; this one is `cluster[id - 1]`. */
  readonly cluster: readonly { readonly name: string; readonly clientPort: number; readonly controllerPort: number }[];
  readonly adminPassword: string;
  readonly dataFolder: string;
  /** Folder of the certificates; nothing is encrypted without it. */
  readonly certificates?: string;
}

/** The super user; brokers and controllers use it among themselves too. */
export const KAFKA_ADMIN = 'admin';

type Properties = Readonly<Record<string, string | number | boolean>>;

/**
 * `server.properties` of a node that is broker and controller (KRaft). Clients and brokers log in with SCRAM. The controllers use PLAIN, or mutual
 * TLS: SCRAM users live in the metadata log, which a controller can only read after it has logged in to the others.
 */
export function renderServerProperties(node: KafkaNode): string {
  const { id, cluster, certificates } = node;
  const self = cluster[id - 1];
  if (self === undefined) throw new RangeError(`Node ${id} is not in a cluster of ${cluster.length}`);
  const replicas = Math.min(3, cluster.length);
  const minInSync = Math.max(1, replicas - 1);
  const properties: Properties = {
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': cluster.map(({ controllerPort }, index) => `${index + 1}@127.0.0.1:${controllerPort}`).join(','),
    listeners: `CLIENT://127.0.0.1:${self.clientPort},CONTROLLER://127.0.0.1:${self.controllerPort}`,
    'advertised.listeners': `CLIENT://127.0.0.1:${self.clientPort}`,
    'inter.broker.listener.name': 'CLIENT',
    'controller.listener.names': 'CONTROLLER',
    'sasl.mechanism.inter.broker.protocol': 'SCRAM-SHA-512',
    'listener.name.client.sasl.enabled.mechanisms': 'SCRAM-SHA-512',
    'listener.name.client.scram-sha-512.sasl.jaas.config': `org.apache.kafka.common.security.scram.ScramLoginModule required ${login(node)};`,
    ...(certificates === undefined ? plain(node) : encrypted(node, certificates, self.name)),
    // Twice and more of the defaults: on a machine that is busy a vote would follow upon the other.
    'controller.quorum.fetch.timeout.ms': 6_000,
    'controller.quorum.election.timeout.ms': 3_000,
    // A broker of Kafka 3.9 that begins with an empty image and reads of a removed user first forgets all SCRAM users (ScramDelta.apply drops the map of a
    // mechanism that is empty for a moment). One that begins with a snapshot does not, so the first one is soon made.
    'metadata.log.max.snapshot.interval.ms': 10_000,
    // A connection has to prove again who it is, so that one of a deleted user ends within the hour.
    'connections.max.reauth.ms': 3_600_000,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'allow.everyone.if.no.acl.found': false,
    'auto.create.topics.enable': false,
    'default.replication.factor': replicas,
    'min.insync.replicas': minInSync,
    'offsets.topic.replication.factor': replicas,
    'offsets.topic.num.partitions': 8,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': minInSync,
    'transaction.state.log.num.partitions': 4,
    'group.initial.rebalance.delay.ms': 0,
    'log.dirs': node.dataFolder,
  };
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

const login = ({ adminPassword }: KafkaNode): string => `username="${KAFKA_ADMIN}" password="${adminPassword}"`;

function plain(node: KafkaNode): Properties {
  return {
    'listener.security.protocol.map': 'CLIENT:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT',
    'sasl.mechanism.controller.protocol': 'PLAIN',
    'listener.name.controller.sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.controller.plain.sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required ${login(node)} user_${KAFKA_ADMIN}="${node.adminPassword}";`,
    'super.users': `User:${KAFKA_ADMIN}`,
  };
}

/** Names are checked on both sides; a controller is who its certificate says it is. */
function encrypted({ cluster }: KafkaNode, certificates: string, self: string): Properties {
  return {
    'listener.security.protocol.map': 'CLIENT:SASL_SSL,CONTROLLER:SSL',
    'ssl.enabled.protocols': 'TLSv1.2,TLSv1.3',
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': keyStoreFile(certificates, self),
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': authorityFile(certificates),
    'ssl.endpoint.identification.algorithm': 'https',
    'listener.name.client.ssl.client.auth': 'none',
    'listener.name.controller.ssl.client.auth': 'required',
    'super.users': [KAFKA_ADMIN, ...cluster.map(({ name }) => `CN=${name}`)].map((user) => `User:${user}`).join(';'),
  };
}
