#!/usr/bin/env bash
# Certificates, passwords and keys of a deployment: make-secrets.sh <folder>. Nothing of it belongs into version control.
#
# Idempotent: what is there is kept; certificates are made anew a month before they end. One folder for each service, with what that
# service may know and nothing else; `authority` is for this script only. Run by root, each folder goes to the service's user.
set -euo pipefail
umask 077
folder=${1:?usage: make-secrets.sh <folder>}
renew_seconds=$((30 * 86400))
certificate_days=397

# Writes standard input into a file that is not there yet, whole or not at all.
once() {
  if [ -e "$folder/$1" ]; then
    cat >/dev/null
    return 0
  fi
  mkdir -p "$folder/$(dirname "$1")"
  cat >"$folder/$1.new"
  mv "$folder/$1.new" "$folder/$1"
}

password() { openssl rand -hex 24; }
key() { openssl rand -base64 32; }
value() { cat "$folder/$1"; }

authority() {
  local home=$folder/authority
  [ -e "$home/ca.pem" ] && openssl x509 -in "$home/ca.pem" -noout -checkend "$renew_seconds" >/dev/null && return 0
  mkdir -p "$home"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj '/CN=CAAS authority' \
    -addext 'basicConstraints=critical,CA:TRUE,pathlen:0' -addext 'keyUsage=critical,keyCertSign,cRLSign' \
    -keyout "$home/ca.key" -out "$home/ca.pem" 2>/dev/null
}

# certificate <folder> <name>: <name>.key, <name>.crt and both in <name>.pem, for the host of that name and localhost.
certificate() {
  local home=$folder/$1 name=$2
  mkdir -p "$home"
  cp "$folder/authority/ca.pem" "$home/ca.pem"
  if [ -e "$home/$name.crt" ] && openssl x509 -in "$home/$name.crt" -noout -checkend "$renew_seconds" >/dev/null &&
    openssl verify -CAfile "$home/ca.pem" "$home/$name.crt" >/dev/null 2>&1; then return 0; fi
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" -keyout "$home/$name.key" -out "$home/$name.csr" 2>/dev/null
  openssl x509 -req -in "$home/$name.csr" -CA "$folder/authority/ca.pem" -CAkey "$folder/authority/ca.key" -CAcreateserial -sha256 \
    -days "$certificate_days" -out "$home/$name.crt" 2>/dev/null -extfile <(
      printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=DNS:%s,DNS:localhost,IP:127.0.0.1\n' "$name"
    )
  rm -f "$home/$name.csr"
  cat "$home/$name.key" "$home/$name.crt" "$home/ca.pem" >"$home/$name.pem"
}

mongodb() {
  for node in mongodb-1 mongodb-2 mongodb-3; do certificate mongodb "$node"; done
  openssl rand -base64 756 | once mongodb/keyfile
  for user in root gateway worker operator backup; do password | once "mongodb-init/$user-password"; done
  cp "$folder/authority/ca.pem" "$folder/mongodb-init/ca.pem"
}

kafka_users='admin schema-registry service-gateway-a service-worker-a service-provisioner-a service-monitor-a'

kafka() {
  for node in kafka-1 kafka-2 kafka-3; do certificate kafka "$node"; done
  # 16 bytes in the form that Kafka writes; the first one is a letter, so that it cannot begin with a dash.
  { printf A && openssl rand 15; } | openssl base64 | tr '+/' '-_' | tr -d '=\n' | once kafka/cluster-id
  for user in $kafka_users; do password | once "kafka/$user-password"; done
  once kafka/admin.properties <<END
security.protocol=SASL_SSL
sasl.mechanism=SCRAM-SHA-512
sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="admin" password="$(value kafka/admin-password)";
ssl.truststore.type=PEM
ssl.truststore.location=/run/caas/ca.pem
END
}

registry() {
  certificate schema-registry schema-registry
  password | once schema-registry/store-password
  local home=$folder/schema-registry
  if [ ! -e "$home/store.p12" ] || [ "$home/schema-registry.crt" -nt "$home/store.p12" ]; then
    openssl pkcs12 -export -in "$home/schema-registry.crt" -inkey "$home/schema-registry.key" -certfile "$home/ca.pem" -name schema-registry \
      -passout "file:$home/store-password" -out "$home/store.p12"
  fi
  once schema-registry/schema-registry.properties <<END
listeners=https://0.0.0.0:8081
host.name=schema-registry
inter.instance.protocol=https
ssl.keystore.type=PKCS12
ssl.keystore.location=/run/caas/store.p12
ssl.keystore.password=$(value schema-registry/store-password)
ssl.key.password=$(value schema-registry/store-password)
schema.compatibility.level=backward
kafkastore.bootstrap.servers=SASL_SSL://kafka-1:9092
kafkastore.topic.replication.factor=${SCHEMAS_REPLICATION_FACTOR:-3}
kafkastore.security.protocol=SASL_SSL
kafkastore.sasl.mechanism=SCRAM-SHA-512
kafkastore.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="schema-registry" password="$(value kafka/schema-registry-password)";
kafkastore.ssl.truststore.type=PEM
kafkastore.ssl.truststore.location=/run/caas/ca.pem
END
}

redis() {
  certificate redis redis
  password | once redis/password
  # What the services call, by group; nothing that reads or changes the server itself, besides the INFO by which clients see that it is ready.
  once redis/users.acl <<END
user default off
user caas on >$(value redis/password) ~* &* +@all -@admin -@dangerous +info
user health on nopass resetkeys resetchannels -@all +ping
END
}

# app <folder> <user of MongoDB> <user of Kafka>
app() {
  mkdir -p "$folder/$1"
  cp "$folder/authority/ca.pem" "$folder/$1/ca.pem"
  value "mongodb-init/$2-password" | once "$1/mongo-password"
  printf 'rediss://caas:%s@redis:6379' "$(value redis/password)" | once "$1/redis-url"
  printf '{"username":"%s","password":"%s"}\n' "$3" "$(value "kafka/$3-password")" | once "$1/kafka.json"
  cp "$folder/shared/api-key-pepper" "$folder/shared/secret-encryption-key" "$folder/$1/"
}

apps() {
  printf 'k1:%s' "$(key)" | once shared/api-key-pepper
  key | once shared/secret-encryption-key
  app gateway gateway service-gateway-a
  app worker worker service-worker-a
  app operator operator service-provisioner-a
  printf '{"username":"admin","password":"%s"}\n' "$(value kafka/admin-password)" | once operator/kafka-admin.json
  openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 2>/dev/null | once gateway/jwt-private.pem
  openssl pkey -in "$folder/gateway/jwt-private.pem" -pubout | once gateway/jwt-public.pem
}

# Each image runs as a user of its own.
owners() {
  [ "$(id -u)" = 0 ] || return 0
  chown -R 999:999 "$folder/mongodb" "$folder/mongodb-init"
  chown -R 1000:1000 "$folder/kafka" "$folder/schema-registry"
  chown -R 999:1000 "$folder/redis"
  chown -R 1001:1001 "$folder/gateway" "$folder/worker" "$folder/operator"
  chown -R 472:472 "$folder/grafana"
}

mkdir -p "$folder"
authority
mongodb
kafka
registry
redis
apps
password | once grafana/admin-password
owners
echo "the secrets in $folder are complete"
