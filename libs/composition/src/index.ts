/**
 * composition → data-access-mongo, data-access-redis, messaging-kafka, gateway-middleware → runtime → schema
 *
 * `defineModule` is how a domain says what it adds; `ModuleList` is what the apps do with all of them.
 *
 * - *part*: what only one kind of process needs (routes, consumers, jobs, streams, provisioning steps); loaded when asked for.
 * - *services*: the connected clients of a process, from which parts build what they need.
 */
export { type JobKind, type RunningJob } from './job-kind.js';
export { type UserData } from './user-data.js';
export * from './services.js';
export * from './provisioning-step.js';
export * from './background-job.js';
export * from './signal.js';
export * from './stream-facts.js';
export * from './usage-count.js';
export * from './define-module.js';
export * from './module-list.js';
export { announcing, type AnnouncedWrite, type Announcement, Outbox } from './outbox.js';
export * from './secrets.js';
export * from './connect-services.js';
export { type ProcessParts, processParts } from './process-parts.js';
export * from './kafka-use.js';
export { kafkaConfigOf } from './kafka-config.js';
export { schemaMode } from './schema-mode.js';
export { type ProcessFence } from './process-fence.js';
