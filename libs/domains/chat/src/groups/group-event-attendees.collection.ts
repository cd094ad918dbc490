import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { idOf, z } from '@caas/schema';

/** Who comes to an event: one answer per user, which may change. */
export const groupEventAttendees = defineCollection({
  name: 'group_event_attendees',
  scope: 'tenant',
  id: { field: 'attendee_id', prefix: 'row' },
  description: 'Answers to the events of groups',
  schema: z.strictObject({
    event_id: idOf('gev'),
    user_id: idOf('usr'),
    response: z.enum(['yes', 'no', 'maybe']),
  }),
  indexes: [{ name: 'event_user_unique', keys: { tenant_id: 1, event_id: 1, user_id: 1 }, unique: true }],
});

export type GroupEventAttendee = DocumentOf<typeof groupEventAttendees>;
