import { type TenantSeedContext } from '@caas/composition/seeding';
import { type CastMember, castOf } from '@caas/identity/seeds';
import { type Post } from '../posts/posts.collection.js';
import { type SeededFile, seededFile } from './seeded-file.js';

/** The file with number 0 is in the story; messages have the others. */
export const STORY_FILE_INDEX = 0;
const STORY_HOURS_AGO = 3;
const STORY_LIFETIME_MS = 86_400_000;
/** Every so many users one writes a post. */
const POSTS_EVERY = 3;

export interface SeededPost {
  readonly postId: string;
  readonly type: Post['type'];
  readonly author: CastMember;
  readonly at: Date;
  readonly expiresAt: Date | null;
  readonly file: SeededFile | null;
  /** Users who like it. */
  readonly likes: readonly CastMember[];
}

/** A story of the first user, and posts of some others. */
export function seededPosts(context: TenantSeedContext): readonly SeededPost[] {
  return context.once(makePosts);
}

function makePosts(context: TenantSeedContext): readonly SeededPost[] {
  const cast = castOf(context);
  const [first, ...others] = cast;
  if (first === undefined) return [];
  const storyAt = context.daysAgo(STORY_HOURS_AGO / 24);
  const story: SeededPost = {
    postId: context.id('post', 'story'),
    type: 'story',
    author: first,
    at: storyAt,
    expiresAt: new Date(storyAt.getTime() + STORY_LIFETIME_MS),
    file: seededFile(context, STORY_FILE_INDEX, 'image'),
    likes: others.slice(0, 2),
  };
  const posts = others
    .filter(({ index }) => index % POSTS_EVERY === 1)
    .map((author): SeededPost => ({
      postId: context.id('post', author.index),
      type: 'post',
      author,
      at: context.daysAgo(context.number({ min: 1, max: 30 }, 'posted', author.index)),
      expiresAt: null,
      file: null,
      likes: cast.filter(({ index }) => index !== author.index && context.chance(30, 'like', author.index, index)),
    }));
  return [story, ...posts];
}
