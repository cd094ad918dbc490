import { defineTopic } from '@caas/messaging-kafka';
import { API_KEY_EVENTS } from './api-key.events.js';
import { APPLICATION_EVENTS } from './application.events.js';
import { TENANT_EVENTS } from './tenant.events.js';
import { WEBHOOK_EVENTS } from './webhook.events.js';

const MONTH_MS = 30 * 86_400_000;

/**
 * Facts about tenants and what belongs to them, in the order of each tenant: what every process drops its caches by. A topic is one closed union, so the
 * events of all domains that emit here are defined beside it, in the lowest of them.
 */
export const platformEvents = defineTopic({
  family: 'platform.events',
  scope: 'platform',
  format: 'json',
  partitions: 8,
  retentionMs: MONTH_MS,
  cleanup: 'delete',
  description: 'Facts about tenants, applications, API keys and webhooks',
  events: [...TENANT_EVENTS, ...APPLICATION_EVENTS, ...API_KEY_EVENTS, ...WEBHOOK_EVENTS],
});
