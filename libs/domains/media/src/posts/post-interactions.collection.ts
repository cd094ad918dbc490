import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { idOf, z } from '@caas/schema';

export const INTERACTION_KINDS = ['like', 'save', 'share'] as const;
export type InteractionKind = (typeof INTERACTION_KINDS)[number];

/** What users did with posts: one row per user, post and kind, which counts once in the post's `engagement`. */
export const postInteractions = defineCollection({
  name: 'post_interactions',
  scope: 'tenant',
  id: { field: 'interaction_id', prefix: 'row' },
  description: 'Likes, saves and shares of posts',
  schema: z.strictObject({
    post_id: idOf('post'),
    user_id: idOf('usr'),
    kind: z.enum(INTERACTION_KINDS),
  }),
  indexes: [
    { name: 'post_user_kind_unique', keys: { tenant_id: 1, post_id: 1, user_id: 1, kind: 1 }, unique: true },
    { name: 'user_kind_created', keys: { tenant_id: 1, user_id: 1, kind: 1, created_at: -1, interaction_id: -1 } },
  ],
});

export type PostInteraction = DocumentOf<typeof postInteractions>;
