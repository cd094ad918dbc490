import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { userSnapshot } from '@caas/identity';
import { bsonDate, double, freeForm, httpUrl, idOf, int32, int64, text, z } from '@caas/schema';
import { pixels, seconds } from '../media-fields.js';

export const POST_TYPES = ['post', 'story', 'reel', 'article'] as const;

/** `friends`: an accepted edge; `close_friends`: a favourite friend. */
export const POST_VISIBILITIES = ['public', 'followers', 'friends', 'close_friends', 'private'] as const;

const counter = int64({ min: 0 });
/** Letters and digits of any script in lower case, without the sign before them. */
const hashtag = text({ min: 1, max: 100 }).regex(/^[^#A-Z \t\n\r]+$/u, 'must be in lower case, without # and spaces');

const content = z.strictObject({
  text: text({ min: 1, max: 5_000 }).nullable(),
  hashtags: z.array(hashtag).max(30),
  mentions: z
    .array(
      z.strictObject({
        user_id: idOf('usr'),
        display_name: text({ max: 100 }),
        offset: int32({ min: 0 }),
        length: int32({ min: 1 }),
      }),
    )
    .max(50),
  /** At least one for stories and reels, which the service sees to. */
  media: z
    .array(
      z.strictObject({
        file_id: idOf('file'),
        type: z.enum(['image', 'video']),
        width: pixels().nullable(),
        height: pixels().nullable(),
        duration: seconds().nullable(),
        order: int32({ min: 0, max: 9 }),
      }),
    )
    .max(10),
  location: z
    .strictObject({
      name: text({ max: 200 }).nullable(),
      latitude: double({ min: -90, max: 90 }),
      longitude: double({ min: -180, max: 180 }),
    })
    .nullable(),
  link: z
    .strictObject({
      url: httpUrl(),
      title: text({ max: 300 }).nullable(),
      description: text({ max: 1_000 }).nullable(),
      image_url: httpUrl({ httpsOnly: true }).nullable(),
    })
    .nullable(),
});

/** Posts, stories, reels and articles. Whether one is text, picture or film follows from its content. */
export const posts = defineCollection({
  name: 'posts',
  scope: 'tenant',
  id: { field: 'post_id', prefix: 'post' },
  softDelete: true,
  description: 'Posts, stories, reels and articles',
  schema: z.strictObject({
    author: z.strictObject({ ...userSnapshot, verified: z.boolean() }),
    type: z.enum(POST_TYPES),
    content,
    visibility: z.enum(POST_VISIBILITIES),
    /** Driven by `post_interactions`; there is no list of users here, and comments have no collection yet. */
    engagement: z.strictObject({
      likes_count: counter,
      comments_count: counter,
      shares_count: counter,
      saves_count: counter,
      views_count: counter,
    }),
    /** Stories only: gone 24 hours after they were published. */
    ephemeral: z
      .strictObject({
        expires_at: bsonDate(),
        duration: seconds().nullable(),
        interactive: z.strictObject({ type: z.enum(['poll', 'quiz', 'question', 'slider']), data: freeForm() }).nullable(),
      })
      .nullable(),
    moderation: z.strictObject({
      status: z.enum(['active', 'hidden', 'removed']),
      flags: z.array(text({ min: 1, max: 50 })).max(20),
      hidden_reason: text({ max: 500 }).nullable(),
      reports_count: int32({ min: 0 }),
    }),
    settings: z.strictObject({ comments_enabled: z.boolean(), likes_visible: z.boolean(), share_enabled: z.boolean() }),
    /** Null for a draft. */
    published_at: bsonDate().nullable(),
  }),
  indexes: [
    { name: 'author_created', keys: { tenant_id: 1, 'author.user_id': 1, created_at: -1, post_id: -1 } },
    {
      name: 'type_visibility_created',
      keys: { tenant_id: 1, type: 1, visibility: 1, created_at: -1, post_id: -1 },
      partial: { deleted_at: null },
    },
    {
      name: 'hashtag_created',
      keys: { tenant_id: 1, 'content.hashtags': 1, created_at: -1, post_id: -1 },
      partial: { deleted_at: null },
    },
    {
      name: 'ephemeral_expires_ttl',
      keys: { 'ephemeral.expires_at': 1 },
      ttlSeconds: 0,
      partial: { 'ephemeral.expires_at': { $type: 'date' } },
    },
  ],
});

export type Post = DocumentOf<typeof posts>;
