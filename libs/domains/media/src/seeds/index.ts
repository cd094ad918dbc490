/** The seeds of media, and what messages say about files. Not for what ships: loads the generator of names. */
import { postInteractionsSeed, postsSeed } from './posts.seed.js';
import { storyFilesSeed, storyMediaSeed } from './story-files.seed.js';

export { files } from '../files/files.collection.js';
export { mediaMetadata } from '../files/media-metadata.collection.js';
export { FILE_KINDS, fileRow, mediaMetadataRow, type SeededFile, seededFile, type SeededFileKind } from './seeded-file.js';
export { STORY_FILE_INDEX } from './seeded-posts.js';
export default [postsSeed, postInteractionsSeed, storyFilesSeed, storyMediaSeed];
