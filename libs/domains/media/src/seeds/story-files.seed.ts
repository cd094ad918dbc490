import { defineTenantSeed, type TenantSeedContext } from '@caas/composition/seeding';
import { files } from '../files/files.collection.js';
import { mediaMetadata } from '../files/media-metadata.collection.js';
import { fileRow, mediaMetadataRow } from './seeded-file.js';
import { seededPosts } from './seeded-posts.js';

/** Files in stories, which go when the story goes. */
export const storyFilesSeed = defineTenantSeed({
  name: 'story files',
  collection: files,
  plan: (context) => {
    const rows = withFiles(context).map(({ postId, file, author, at, expiresAt }) => {
      const usage = { context: 'story', message_id: null, conversation_id: null, post_id: postId } as const;
      return fileRow(context, file, { uploader: author, usage, at, expiresAt });
    });
    return { total: rows.length, rows };
  },
});

/** What processing knows of them. */
export const storyMediaSeed = defineTenantSeed({
  name: 'story media metadata',
  collection: mediaMetadata,
  plan: (context) => {
    const rows = withFiles(context).map(({ file, at }) => mediaMetadataRow(context, file, at));
    return { total: rows.length, rows };
  },
});

function withFiles(context: TenantSeedContext) {
  return seededPosts(context).flatMap((post) => (post.file === null ? [] : [{ ...post, file: post.file }]));
}
