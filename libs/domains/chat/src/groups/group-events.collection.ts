import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, idOf, int64, text, z } from '@caas/schema';

/** Dates in a group's calendar. */
export const groupEvents = defineCollection({
  name: 'group_events',
  scope: 'tenant',
  id: { field: 'event_id', prefix: 'gev' },
  description: 'Scheduled events of groups',
  schema: z.strictObject({
    conversation_id: idOf('conv'),
    title: text({ min: 1, max: 200 }),
    description: text({ max: 4_000 }).nullable(),
    start_time: bsonDate(),
    end_time: bsonDate().nullable(),
    location: text({ max: 500 }).nullable(),
    created_by: idOf('usr'),
    /** Users whose answer is yes, as in `group_event_attendees`. */
    attendee_count: int64({ min: 0 }),
    status: z.enum(['upcoming', 'ongoing', 'completed', 'cancelled']),
  }),
  indexes: [{ name: 'conversation_start', keys: { tenant_id: 1, conversation_id: 1, start_time: 1, event_id: 1 } }],
});

export type GroupEvent = DocumentOf<typeof groupEvents>;
