import { describe, expect, it } from '@jest/globals';
import { renderServerProperties } from './server-properties.js';

describe('server.properties', () => {
  it('makes one node broker and controller, with SCRAM, ACLs and nothing allowed by default', () => {
    const rendered = renderServerProperties({
      id: 1,
      cluster: [{ name: 'kafka-1', clientPort: 20_001, controllerPort: 20_002 }],
      adminPassword: 'pw',
      dataFolder: '/data/kafka-1',
    });

    expect(rendered).toBe(
      [
        'process.roles=broker,controller',
        'node.id=1',
        'controller.quorum.voters=1@127.0.0.1:20002',
        'listeners=CLIENT://127.0.0.1:20001,CONTROLLER://127.0.0.1:20002',
        'advertised.listeners=CLIENT://127.0.0.1:20001',
        'inter.broker.listener.name=CLIENT',
        'controller.listener.names=CONTROLLER',
        'sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512',
        'listener.name.client.sasl.enabled.mechanisms=SCRAM-SHA-512',
        'listener.name.client.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="admin" password="pw";',
        'listener.security.protocol.map=CLIENT:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT',
        'sasl.mechanism.controller.protocol=PLAIN',
        'listener.name.controller.sasl.enabled.mechanisms=PLAIN',
        'listener.name.controller.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="admin" password="pw" user_admin="pw";',
        'super.users=User:admin',
        'controller.quorum.fetch.timeout.ms=6000',
        'controller.quorum.election.timeout.ms=3000',
        'metadata.log.max.snapshot.interval.ms=10000',
        'connections.max.reauth.ms=3600000',
        'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'allow.everyone.if.no.acl.found=false',
        'auto.create.topics.enable=false',
        'default.replication.factor=1',
        'min.insync.replicas=1',
        'offsets.topic.replication.factor=1',
        'offsets.topic.num.partitions=8',
        'transaction.state.log.replication.factor=1',
        'transaction.state.log.min.isr=1',
        'transaction.state.log.num.partitions=4',
        'group.initial.rebalance.delay.ms=0',
        'log.dirs=/data/kafka-1',
        '',
      ].join('\n'),
    );
  });

  it('replicates in a cluster of three and lets all of them vote', () => {
    const cluster = [1, 2, 3].map((id) => ({ name: `kafka-${id}`, clientPort: 20_000 + id, controllerPort: 21_000 + id }));

    const lines = renderServerProperties({ id: 2, cluster, adminPassword: 'pw', dataFolder: '/data/kafka-2' }).split('\n');

    expect(lines).toEqual(
      expect.arrayContaining([
        'node.id=2',
        'controller.quorum.voters=1@127.0.0.1:21001,2@127.0.0.1:21002,3@127.0.0.1:21003',
        'listeners=CLIENT://127.0.0.1:20002,CONTROLLER://127.0.0.1:21002',
        'default.replication.factor=3',
        'min.insync.replicas=2',
        'offsets.topic.replication.factor=3',
        'transaction.state.log.min.isr=2',
      ]),
    );
  });

  it('encrypts every connection when there are certificates: names are checked, controllers show theirs', () => {
    const cluster = [1, 2].map((id) => ({ name: `kafka-${id}`, clientPort: 20_000 + id, controllerPort: 21_000 + id }));

    const rendered = renderServerProperties({ id: 2, cluster, adminPassword: 'pw', dataFolder: '/data/kafka-2', certificates: '/certs' });

    expect(rendered.split('\n')).toEqual(
      expect.arrayContaining([
        'listener.security.protocol.map=CLIENT:SASL_SSL,CONTROLLER:SSL',
        'ssl.enabled.protocols=TLSv1.2,TLSv1.3',
        'ssl.keystore.type=PEM',
        'ssl.keystore.location=/certs/kafka-2.pem',
        'ssl.truststore.type=PEM',
        'ssl.truststore.location=/certs/ca.pem',
        'ssl.endpoint.identification.algorithm=https',
        'listener.name.controller.ssl.client.auth=required',
        'super.users=User:admin;User:CN=kafka-1;User:CN=kafka-2',
      ]),
    );
    expect(rendered).not.toContain('PLAINTEXT');
  });
});
