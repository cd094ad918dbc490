import { defineEvent, fieldChanges, TENANT_KEY } from '@caas/messaging-kafka';
import { idOf, tenantReference, text, timestampMs, z } from '@caas/schema';

const VERSION = '1.0.0';

const payload = z.strictObject({
  application_id: idOf('app'),
  tenant_id: tenantReference(),
  name: text({ min: 1, max: 100 }),
  /** Of an update. */
  changes: fieldChanges.optional(),
  by: text({ min: 1, max: 100 }),
  at: timestampMs(),
});

const describe = { version: VERSION, key: TENANT_KEY, payload } as const;

export const applicationCreated = defineEvent({
  ...describe,
  type: 'application.created',
  description: 'A tenant has an application more',
});
export const applicationUpdated = defineEvent({ ...describe, type: 'application.updated', description: 'An application changed' });
export const applicationDeleted = defineEvent({
  ...describe,
  type: 'application.deleted',
  description: 'An application is gone; its keys no longer work',
});

/** Facts about applications. */
export const APPLICATION_EVENTS = [applicationCreated, applicationUpdated, applicationDeleted] as const;
