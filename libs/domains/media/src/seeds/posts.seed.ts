import { defineTenantSeed, type SeedRow, type TenantSeedContext } from '@caas/composition/seeding';
import { snapshotOf } from '@caas/identity/seeds';
import { postInteractions } from '../posts/post-interactions.collection.js';
import { posts } from '../posts/posts.collection.js';
import { type SeededPost, seededPosts } from './seeded-posts.js';

/** Posts and a story. */
export const postsSeed = defineTenantSeed({
  name: 'posts',
  collection: posts,
  plan: (context) => {
    const all = seededPosts(context);
    return { total: all.length, rows: all.map((post) => row(context, post)) };
  },
});

/** Who likes them. */
export const postInteractionsSeed = defineTenantSeed({
  name: 'post interactions',
  collection: postInteractions,
  plan: (context) => {
    const rows = seededPosts(context).flatMap(({ postId, likes, at }) =>
      likes.map(({ userId, index }) => ({
        interaction_id: context.rowId('like', postId, index),
        post_id: postId,
        user_id: userId,
        kind: 'like' as const,
        created_at: new Date(at.getTime() + 60_000 * (index + 1)),
      })),
    );
    return { total: rows.length, rows };
  },
});

function row(context: TenantSeedContext, { postId, type, author, at, expiresAt, file, likes }: SeededPost): SeedRow<typeof posts> {
  const fake = context.fake('post', postId);
  return {
    post_id: postId,
    author: { ...snapshotOf(author), verified: false },
    type,
    content: {
      text: file === null ? fake.hacker.phrase() : null,
      hashtags:
        file === null
          ? [
              fake.word
                .noun()
                .toLowerCase()
                .replaceAll(/[^a-z]/gu, '') || 'news',
            ]
          : [],
      mentions: [],
      media:
        file === null ? [] : [{ file_id: file.fileId, type: 'image', width: file.width, height: file.height, duration: null, order: 0 }],
      location: null,
      link: null,
    },
    visibility: type === 'story' ? 'friends' : 'public',
    engagement: { likes_count: likes.length, comments_count: 0, shares_count: 0, saves_count: 0, views_count: likes.length * 3 },
    ephemeral: expiresAt === null ? null : { expires_at: expiresAt, duration: 5, interactive: null },
    moderation: { status: 'active', flags: [], hidden_reason: null, reports_count: 0 },
    settings: { comments_enabled: true, likes_visible: true, share_enabled: true },
    published_at: at,
    created_at: at,
  };
}
