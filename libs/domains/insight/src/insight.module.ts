import { defineModule } from '@caas/composition';
import { analytics } from './analytics/analytics.events.js';
import { analyticsEvents } from './analytics/events.collection.js';
import { metrics } from './analytics/metrics.collection.js';
import { auditLogs } from './audit/audit-logs.collection.js';
import { dlqMessages } from './dead-letters/dlq-messages.collection.js';
import { blockedIps } from './security/blocked-ips.collection.js';
import { ipWhitelist } from './security/ip-whitelist.collection.js';
import { securityPolicies } from './security/security-policies.collection.js';

/** What happened, what went wrong, and what is done about it. */
export const insightModule = defineModule({
  name: 'insight',
  collections: [auditLogs, analyticsEvents, metrics, dlqMessages, blockedIps, ipWhitelist, securityPolicies],
  topics: [analytics],
  routes: () => import('./insight.routes.js'),
  work: () => import('./insight.work.js'),
  audit: () => import('./insight.audit.js'),
  consumers: () => import('./insight.consumers.js'),
  jobs: () => import('./insight.jobs.js'),
  signals: () => import('./insight.signals.js'),
  migrations: () => import('./insight.migrations.js'),
  seeds: () => import('./seeds/index.js'),
});
