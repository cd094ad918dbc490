import { defineTenantSeed } from '@caas/composition/seeding';
import { groupAnnouncements } from '../groups/group-announcements.collection.js';
import { groupEventAttendees } from '../groups/group-event-attendees.collection.js';
import { groupEvents } from '../groups/group-events.collection.js';
import { groupModerationLog } from '../groups/group-moderation-log.collection.js';
import { groupsOf } from './groups.seed.js';

const ANSWERS = ['yes', 'no', 'maybe'] as const;
const HOUR_MS = 3_600_000;
const answerOf = (position: number) => ANSWERS[position % ANSWERS.length]!;

/** One announcement in each group. */
export const groupAnnouncementsSeed = defineTenantSeed({
  name: 'group announcements',
  collection: groupAnnouncements,
  plan: (context) => {
    const all = groupsOf(context);
    return {
      total: all.length,
      rows: all.map(({ index, conversationId, members }) => ({
        announcement_id: context.id('ann', index),
        conversation_id: conversationId,
        title: 'Welcome',
        content: context.fake('announcement', index).hacker.phrase(),
        author_id: members[0]!.userId,
        pinned: true,
        expires_at: null,
        created_at: context.daysAgo(10),
      })),
    };
  },
});

/** One event in each group, a week ahead. */
export const groupEventsSeed = defineTenantSeed({
  name: 'group events',
  collection: groupEvents,
  plan: (context) => {
    const all = groupsOf(context);
    const start = context.daysAgo(-7);
    return {
      total: all.length,
      rows: all.map(({ index, conversationId, members }) => ({
        event_id: context.id('gev', index),
        conversation_id: conversationId,
        title: 'Get-together',
        description: null,
        start_time: start,
        end_time: new Date(start.getTime() + 2 * HOUR_MS),
        location: 'Meeting point',
        created_by: members[0]!.userId,
        attendee_count: members.filter((_, position) => answerOf(position) === 'yes').length,
        status: 'upcoming' as const,
        created_at: context.daysAgo(5),
      })),
    };
  },
});

/** The answers of all members. */
export const groupEventAttendeesSeed = defineTenantSeed({
  name: 'group event attendees',
  collection: groupEventAttendees,
  plan: (context) => {
    const rows = groupsOf(context).flatMap(({ index, members }) =>
      members.map(({ userId }, position) => ({
        attendee_id: context.rowId('attendee', index, position),
        event_id: context.id('gev', index),
        user_id: userId,
        response: answerOf(position),
        created_at: context.daysAgo(4),
      })),
    );
    return { total: rows.length, rows };
  },
});

/** A warning in each group. */
export const groupModerationSeed = defineTenantSeed({
  name: 'group moderation',
  collection: groupModerationLog,
  plan: (context) => {
    const all = groupsOf(context);
    return {
      total: all.length,
      rows: all.map(({ index, conversationId, members }) => ({
        entry_id: context.rowId('moderation', index),
        conversation_id: conversationId,
        user_id: members.at(-1)!.userId,
        kind: 'warning' as const,
        reason: 'Please stay on the subject.',
        by: members[0]!.userId,
        expires_at: null,
        created_at: context.daysAgo(3),
      })),
    };
  },
});
