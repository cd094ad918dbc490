#!/usr/bin/env bash
# Starts a node that is broker and controller: NODE_ID, KAFKA_VOTERS, DEFAULT_REPLICATION_FACTOR and KAFKA_MIN_INSYNC say which and in what cluster.
# Clients and brokers log in with SCRAM; controllers are who their certificates say, since SCRAM users lie in the log that they have yet to read.
set -euo pipefail
umask 077
secrets=/run/caas
name=kafka-${NODE_ID:?}
properties=/tmp/server.properties
replicas=${DEFAULT_REPLICATION_FACTOR:?}
password() { cat "$secrets/$1-password"; }

cat >"$properties" <<END
process.roles=broker,controller
node.id=$NODE_ID
controller.quorum.voters=${KAFKA_VOTERS:?}
listeners=CLIENT://:9092,CONTROLLER://:9093
advertised.listeners=CLIENT://$name:9092
inter.broker.listener.name=CLIENT
controller.listener.names=CONTROLLER
listener.security.protocol.map=CLIENT:SASL_SSL,CONTROLLER:SSL
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512
listener.name.client.sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.client.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="admin" password="$(password admin)";
ssl.enabled.protocols=TLSv1.2,TLSv1.3
ssl.keystore.type=PEM
ssl.keystore.location=$secrets/$name.pem
ssl.truststore.type=PEM
ssl.truststore.location=$secrets/ca.pem
ssl.endpoint.identification.algorithm=https
listener.name.client.ssl.client.auth=none
listener.name.controller.ssl.client.auth=required
super.users=User:admin;User:CN=kafka-1;User:CN=kafka-2;User:CN=kafka-3
connections.max.reauth.ms=3600000
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=false
auto.create.topics.enable=false
default.replication.factor=$replicas
min.insync.replicas=${KAFKA_MIN_INSYNC:?}
offsets.topic.replication.factor=$replicas
transaction.state.log.replication.factor=$replicas
transaction.state.log.min.isr=$KAFKA_MIN_INSYNC
log.dirs=/var/lib/kafka/data/log
END

if [ ! -e /var/lib/kafka/data/log/meta.properties ]; then
  # From a file, one argument a line: everybody can read the arguments of a process.
  format=/tmp/format.arguments
  printf '%s\n' format --cluster-id "$(cat "$secrets/cluster-id")" --config "$properties" >"$format"
  for user in admin schema-registry service-gateway-a service-worker-a service-provisioner-a service-monitor-a; do
    printf '%s\n' --add-scram "SCRAM-SHA-512=[name=$user,password=$(password "$user")]" >>"$format"
  done
  KAFKA_HEAP_OPTS=-Xmx256m java -cp '/opt/kafka/libs/*' kafka.tools.StorageTool "@$format"
  rm "$format"
fi
export KAFKA_OPTS="-javaagent:/opt/exporter/agent.jar=9404:/opt/exporter/exporter.yml"
exec /opt/kafka/bin/kafka-server-start.sh "$properties"
