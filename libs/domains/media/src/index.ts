/**
 * media → identity → composition → data-access-mongo → runtime → schema
 *
 * Files and what is made of them, and posts.
 *
 * - *file*: the row about a stored object. The object itself, the *blob*, lies in a bucket and is never in MongoDB.
 * - *variant*, *output*: a blob derived from a file's own, by the first processing or by a later job.
 */
export { mediaModule } from './media.module.js';
export { FileReader } from './files/file-reader.js';
export { type StoredFile } from './files/files.collection.js';
export { type MediaMetadata } from './files/media-metadata.collection.js';
export { type MediaFamily, mediaType, pixels, seconds } from './media-fields.js';
export { type Post } from './posts/posts.collection.js';
export { type PostInteraction } from './posts/post-interactions.collection.js';
