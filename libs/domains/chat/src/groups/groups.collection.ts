import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { actor } from '@caas/identity';
import { bsonDate, idOf, int32, text, z } from '@caas/schema';

const keyword = text({ min: 1, max: 50 });

/** An invitation code carries 128 random bits or more in base64url. */
export const inviteCode = () => z.string().regex(/^[A-Za-z0-9_\-]{22,64}$/u, 'must be 22 to 64 of A-Z, a-z, 0-9, _ and -');

/** What a group or channel has beyond its conversation; one row for one conversation. */
export const groups = defineCollection({
  name: 'groups',
  scope: 'tenant',
  id: { field: 'group_id', prefix: 'grp' },
  description: 'Discovery, invitations, rules and moderation of a group or channel',
  schema: z.strictObject({
    conversation_id: idOf('conv'),
    metadata: z
      .strictObject({
        category: z.enum(['social', 'work', 'family', 'custom']),
        tags: z.array(keyword).max(20),
        is_discoverable: z.boolean(),
        search_keywords: z.array(keyword).max(20),
      })
      .nullable(),
    /** The only home of invitations. */
    invite: z
      .strictObject({
        code: inviteCode(),
        enabled: z.boolean(),
        /** Null: does not expire. */
        expires_at: bsonDate().nullable(),
        uses: int32({ min: 0 }),
        /** Null: as often as people come. */
        max_uses: int32({ min: 1 }).nullable(),
      })
      .nullable(),
    rules: z
      .array(
        z.strictObject({
          rule_number: int32({ min: 1 }),
          title: text({ min: 1, max: 100 }),
          description: text({ max: 1_000 }).nullable(),
          added_at: bsonDate(),
          added_by: actor,
        }),
      )
      .max(20),
    moderation: z.strictObject({
      auto_moderation_enabled: z.boolean(),
      spam_detection_enabled: z.boolean(),
      blocked_words: z.array(text({ min: 1, max: 100 })).max(500),
    }),
  }),
  indexes: [
    { name: 'conversation_unique', keys: { tenant_id: 1, conversation_id: 1 }, unique: true },
    {
      name: 'invite_code_unique',
      keys: { tenant_id: 1, 'invite.code': 1 },
      unique: true,
      partial: { 'invite.code': { $type: 'string' } },
    },
    {
      name: 'discoverable',
      keys: { tenant_id: 1, 'metadata.is_discoverable': 1 },
      partial: { 'metadata.is_discoverable': true },
    },
  ],
});

export type Group = DocumentOf<typeof groups>;
