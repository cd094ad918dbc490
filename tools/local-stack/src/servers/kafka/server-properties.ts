/** What one node's configuration depends on. */
export interface KafkaNode {
  /** 1 … {@link cluster} size. */
  readonly id: number;
  /** Ports of all nodes in order; this node is `cluster[id - 1]`. */
  readonly cluster: readonly { readonly clientPort: number; readonly controllerPort: number }[];
  readonly adminPassword: string;
  readonly dataFolder: string;
}

/** The super user; brokers and controllers use it among themselves too. */
export const KAFKA_ADMIN = 'admin';

/**
 * `server.properties` of a node that is broker and controller (KRaft). Clients and brokers log in with SCRAM. The controllers use PLAIN:
 * SCRAM users live in the metadata log, which a controller can only read after it has logged in to the others.
 */
export function renderServerProperties({ id, cluster, adminPassword, dataFolder }: KafkaNode): string {
  const self = cluster[id - 1];
  if (self === undefined) throw new RangeError(`Node ${id} is not in a cluster of ${cluster.length}`);
  const replicas = Math.min(3, cluster.length);
  const minInSync = Math.max(1, replicas - 1);
  const login = `username="${KAFKA_ADMIN}" password="${adminPassword}"`;
  const properties: Readonly<Record<string, string | number | boolean>> = {
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': cluster.map(({ controllerPort }, index) => `${index + 1}@127.0.0.1:${controllerPort}`).join(','),
    listeners: `CLIENT://127.0.0.1:${self.clientPort},CONTROLLER://127.0.0.1:${self.controllerPort}`,
    'advertised.listeners': `CLIENT://127.0.0.1:${self.clientPort}`,
    'listener.security.protocol.map': 'CLIENT:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT',
    'inter.broker.listener.name': 'CLIENT',
    'controller.listener.names': 'CONTROLLER',
    'sasl.mechanism.inter.broker.protocol': 'SCRAM-SHA-512',
    'sasl.mechanism.controller.protocol': 'PLAIN',
    'listener.name.client.sasl.enabled.mechanisms': 'SCRAM-SHA-512',
    'listener.name.client.scram-sha-512.sasl.jaas.config': `org.apache.kafka.common.security.scram.ScramLoginModule required ${login};`,
    'listener.name.controller.sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.controller.plain.sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required ${login} user_${KAFKA_ADMIN}="${adminPassword}";`,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': `User:${KAFKA_ADMIN}`,
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
    'log.dirs': dataFolder,
  };
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}
