import { defineModule } from '@caas/composition';
import { files } from './files/files.collection.js';
import { mediaMetadata } from './files/media-metadata.collection.js';
import { postInteractions } from './posts/post-interactions.collection.js';
import { posts } from './posts/posts.collection.js';

/** Files and posts. */
export const mediaModule = defineModule({
  name: 'media',
  collections: [files, mediaMetadata, posts, postInteractions],
  topics: [],
  usage: () => import('./media.usage.js'),
  seeds: () => import('./seeds/index.js'),
});
