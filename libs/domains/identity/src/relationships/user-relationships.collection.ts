import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, idOf, text, z } from '@caas/schema';

export const RELATIONSHIP_TYPES = ['contact', 'friend', 'blocked', 'muted', 'following'] as const;
export type RelationshipType = (typeof RELATIONSHIP_TYPES)[number];

/** A friendship is pending, accepted or rejected; every other edge is active while it exists. */
export const RELATIONSHIP_STATUSES = ['pending', 'accepted', 'rejected', 'active'] as const;

/**
 * What one user is to another, seen from the first: notes, nickname and favourite belong to one side. A friendship is two edges, which change
 * in one transaction. Of `friendship`, `blocking`, `muting` and `following` the one of the type is set, the others are null.
 */
export const userRelationships = defineCollection({
  name: 'user_relationships',
  scope: 'tenant',
  id: { field: 'relationship_id', prefix: 'row' },
  description: 'Directed edges between users: contacts, friends, blocks, mutes, follows',
  schema: z.strictObject({
    user_id: idOf('usr'),
    target_user_id: idOf('usr'),
    type: z.enum(RELATIONSHIP_TYPES),
    status: z.enum(RELATIONSHIP_STATUSES),
    /** Friends only: who asked. */
    direction: z.enum(['outgoing', 'incoming']).nullable(),
    /** Whether the other user has the same edge; kept together with that one. */
    is_mutual: z.boolean(),
    friendship: z
      .strictObject({
        requested_at: bsonDate(),
        accepted_at: bsonDate().nullable(),
        rejected_at: bsonDate().nullable(),
        rejection_reason: text({ max: 200 }).nullable(),
        is_favorite: z.boolean(),
        favorited_at: bsonDate().nullable(),
        nickname: text({ min: 1, max: 100 }).nullable(),
      })
      .nullable(),
    blocking: z
      .strictObject({ blocked_at: bsonDate(), reason: text({ max: 500 }).nullable(), report_id: text({ min: 1, max: 64 }).nullable() })
      .nullable(),
    muting: z
      .strictObject({
        muted_at: bsonDate(),
        mute_notifications: z.boolean(),
        mute_stories: z.boolean(),
        mute_calls: z.boolean(),
        /** Null for good. */
        mute_until: bsonDate().nullable(),
      })
      .nullable(),
    following: z.strictObject({ followed_at: bsonDate(), notifications_enabled: z.boolean() }).nullable(),
    metadata: z
      .strictObject({
        source: z.enum(['search', 'qr_code', 'group', 'imported']).nullable(),
        imported_from: text({ max: 100 }).nullable(),
        notes: text({ max: 500 }).nullable(),
      })
      .nullable(),
  }),
  indexes: [
    { name: 'edge_unique', keys: { tenant_id: 1, user_id: 1, target_user_id: 1, type: 1 }, unique: true },
    {
      name: 'user_type_status_created',
      keys: { tenant_id: 1, user_id: 1, type: 1, status: 1, created_at: -1, relationship_id: -1 },
    },
    { name: 'target_type_status', keys: { tenant_id: 1, target_user_id: 1, type: 1, status: 1 } },
  ],
});

export type UserRelationship = DocumentOf<typeof userRelationships>;
