/**
 * messaging-kafka → runtime → schema
 *
 * Everything that touches Kafka and the schema registry; nobody else imports their clients.
 *
 * - *event*: a fact or command with a type, a version and a payload. *Envelope*: what wraps it on the wire.
 * - *family*: the name of a topic without the tenant, `chat.messages`. *Topic*: the family placed for a tenant.
 * - *subject*: the registry's name for a family's schema, `{family}-value`.
 * - *lane*: a queue in which order is kept. Producers have one per connection, consumers of single records one per group of keys.
 * - *tombstone*: a record without a value; on a compacted topic it says that the key is gone.
 * - *stage*: one step of what a consumer does with a batch; *pipeline*: its stages in order.
 * - *dead letter*: a record that a group could not handle, on `internal.dlq` with raw bytes and cause.
 */
export * from './definitions/event.js';
export * from './definitions/envelope.js';
export * from './definitions/field-change.js';
export * from './definitions/topic.js';
export * from './definitions/topic-names.js';
export * from './producer/types.js';
export { OutboxEntries } from './outbox/outbox-entries.js';
export { OutboxPublisher, type OutboxPublisherOptions } from './outbox/outbox-publisher.js';
export * from './consumer/types.js';
export * from './consumer/definition.js';
export * from './pipeline/index.js';
export * from './topics/types.js';
export * from './groups/types.js';
export { type GroupLag, lagByTopic } from './groups/lag-by-topic.js';
export { type RegisteredSchema, type Schemas, type SchemaStatus } from './registry/types.js';
export { checkCompatibility, type CompatibilityIssue, issueText } from './registry/compatibility/check-compatibility.js';
export { checkReleases, type ReleasedSchema, type ReleaseFinding, toRelease } from './registry/released-set.js';
export * from './dead-letters/categories.js';
export * from './dead-letters/internal-dlq.js';
export * from './dead-letters/types.js';
export { type RawHeaders, type RawRecord } from './consumer/raw-record.js';
export * from './retry/failure-class.js';
export * from './retry/policy.js';
export * from './retry/destination.js';
export * from './retry/retry-topics.js';
export * from './client/types.js';
export * from './client/kafka.js';
export { type BrokerExamination, examineKafka, type ExamineKafkaOptions, type KafkaExamination } from './client/examine-kafka.js';
export { examineRegistry, type ExamineRegistryOptions } from './registry/examine-registry.js';
export { connectKafka, type ConnectKafkaOptions } from './client/connect.js';
export * from './security/types.js';
export * from './security/principals.js';
export * from './security/service-rights.js';
export { describeAcl } from './security/acl-admin.js';
export * from './security/credential-rotation.js';
export * from './security/published-login.js';
export { type ScramAdministration } from './security/scram.js';
export { CredentialFile, type CredentialFileOptions } from './security/credential-file.js';
