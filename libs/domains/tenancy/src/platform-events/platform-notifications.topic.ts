import { defineTopic } from '@caas/messaging-kafka';
import { alertRaised, alertResolved, quotaThresholdReached } from './alert.events.js';

const WEEK_MS = 7 * 86_400_000;

/** What operators and the owners of tenants are told of. Without keys: no order is promised. */
export const platformNotifications = defineTopic({
  family: 'platform.notifications',
  scope: 'platform',
  format: 'json',
  partitions: 4,
  retentionMs: WEEK_MS,
  cleanup: 'delete',
  description: 'Alerts, and limits that are nearly used up',
  events: [quotaThresholdReached, alertRaised, alertResolved],
});
