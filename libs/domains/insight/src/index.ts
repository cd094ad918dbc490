/**
 * insight → tenancy → composition → data-access-mongo, messaging-kafka → runtime → schema
 *
 * What happened (audit trail, events, metrics), what went wrong (dead letters), and what is done about it (networks and policies).
 *
 * - *dead letter*: a record that a consumer group could not handle, with its cause.
 * - *bucket*: an hour, a day, a week or a month of a metric.
 */
export { insightModule } from './insight.module.js';
export { type AnalyticsEvent } from './analytics/events.collection.js';
export { analytics, errorOccurred, featureUsage, userActivity } from './analytics/analytics.events.js';
export { type Metric } from './analytics/metrics.collection.js';
export { type AuditLogFilter, AuditLogReader } from './audit/audit-log-reader.js';
export { AuditRecorder } from './audit/audit-recorder.js';
export { AuditStore } from './audit/audit-store.js';
export { AuditVerification, type ChainFault, type ChainVerdict } from './audit/audit-verification.js';
export { type AuditLog } from './audit/audit-logs.collection.js';
export {
  type DeadLetterFilter,
  type DeadLetterStats,
  type DeadLetterSummary,
  DeadLettersService,
  type Operator,
  REPLAY_RATE_MAX,
  REPLAY_RECORDS_MAX,
} from './dead-letters/dead-letters.service.js';
export { type DlqMessage } from './dead-letters/dlq-messages.collection.js';
export { type BlockedIp } from './security/blocked-ips.collection.js';
export { type IpWhitelistEntry } from './security/ip-whitelist.collection.js';
export { NetworkRules } from './security/network-rules.js';
export { networkFieldsOf } from './security/network-fields.js';
export { type SecurityPolicy } from './security/security-policies.collection.js';
