import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, double, hash, idOf, int32, int64, text, z } from '@caas/schema';
import { mediaType, pixels, seconds } from '../media-fields.js';

export const FILE_CONTEXTS = ['message', 'avatar', 'group_icon', 'post', 'story'] as const;
export const FILE_VISIBILITIES = ['private', 'conversation', 'public'] as const;
export const PROCESSING_STATUSES = ['pending', 'processing', 'completed', 'failed'] as const;

/** Where a blob lies in its bucket: the tenant, and the rest in ASCII after a slash. */
const storageKey = text({ max: 1_024 }).regex(/^clnt_[a-z0-9]{8,32}\/[!-~]+$/u, 'must begin with the tenant id');

const storage = z.strictObject({
  provider: z.enum(['s3', 'gcs', 'azure', 'local']),
  bucket: text({ min: 1, max: 255 }),
  region: text({ min: 1, max: 64 }),
  key: storageKey,
  encrypted: z.boolean(),
  /** Of the server's own encryption; keys of end-to-end encrypted files never reach the server. */
  encryption_key_id: text({ min: 1, max: 255 }).nullable(),
  encryption_algorithm: z.enum(['AES-256-GCM']).nullable(),
});

/** What the content says of itself; type and size are sniffed and counted, never taken from the client. */
const metadata = z.strictObject({
  /** Null for end-to-end encrypted files. */
  original_name: text({ min: 1, max: 255 }).nullable(),
  extension: text({ min: 1, max: 32 }).nullable(),
  mime_type: mediaType(),
  size: int64({ min: 0 }),
  checksum: hash(),
  dimensions: z
    .strictObject({
      width: pixels().nullable(),
      height: pixels().nullable(),
      duration: seconds().nullable(),
      aspect_ratio: double({ min: 0 }).nullable(),
    })
    .nullable(),
  media_info: z
    .strictObject({
      codec: text({ max: 64 }).nullable(),
      bitrate: int64({ min: 0 }).nullable(),
      framerate: double({ min: 0 }).nullable(),
      audio_channels: int32({ min: 0 }).nullable(),
      sample_rate: int32({ min: 0 }).nullable(),
    })
    .nullable(),
  /** Without the place where a picture was taken, unless the tenant wants it. */
  exif: z
    .strictObject({
      camera: text({ max: 200 }).nullable(),
      taken_at: bsonDate().nullable(),
      gps: z.strictObject({ latitude: double({ min: -90, max: 90 }), longitude: double({ min: -180, max: 180 }) }).nullable(),
    })
    .nullable(),
});

const variant = z.strictObject({
  type: z.enum(['thumbnail', 'preview', 'transcoded']),
  key: storageKey,
  width: pixels().nullable(),
  height: pixels().nullable(),
  size: int64({ min: 0 }),
  mime_type: mediaType(),
  quality: z.enum(['low', 'medium', 'high']).nullable(),
});

/** Metadata of stored objects. URLs are built when they are read; what lies in the bucket is deleted by a sweeper, before the row. */
export const files = defineCollection({
  name: 'files',
  scope: 'tenant',
  id: { field: 'file_id', prefix: 'file' },
  softDelete: true,
  description: 'Metadata of stored objects',
  schema: z.strictObject({
    uploader_id: idOf('usr'),
    storage,
    metadata,
    processing: z.strictObject({
      status: z.enum(PROCESSING_STATUSES),
      started_at: bsonDate().nullable(),
      completed_at: bsonDate().nullable(),
      error: text({ max: 500 }).nullable(),
      variants: z.array(variant).max(10),
    }),
    usage: z.strictObject({
      context: z.enum(FILE_CONTEXTS),
      message_id: idOf('msg').nullable(),
      conversation_id: idOf('conv').nullable(),
      post_id: idOf('post').nullable(),
    }),
    sharing: z.strictObject({
      visibility: z.enum(FILE_VISIBILITIES),
      shared_with: z.array(idOf('usr')).max(100),
      /** Hash of the token in a public link. */
      public_token: hash().nullable(),
      public_expires_at: bsonDate().nullable(),
    }),
    /** A file that was not scanned is not public. */
    moderation: z.strictObject({
      scanned: z.boolean(),
      scan_result: z.enum(['safe', 'flagged', 'blocked']).nullable(),
      flags: z.array(text({ min: 1, max: 50 })).max(20),
      reviewed_by: text({ min: 1, max: 100 }).nullable(),
      reviewed_at: bsonDate().nullable(),
    }),
    lifecycle: z.strictObject({
      expires_at: bsonDate().nullable(),
      /** Legal hold: the sweeper leaves the file until then. */
      retained_until: bsonDate().nullable(),
      archived: z.boolean(),
      archived_at: bsonDate().nullable(),
      archive_tier: z.enum(['standard', 'glacier']).nullable(),
    }),
  }),
  indexes: [
    { name: 'uploader_created', keys: { tenant_id: 1, uploader_id: 1, created_at: -1, file_id: -1 } },
    {
      name: 'conversation_created',
      keys: { tenant_id: 1, 'usage.conversation_id': 1, created_at: -1, file_id: -1 },
      partial: { 'usage.conversation_id': { $type: 'string' } },
    },
    {
      name: 'message',
      keys: { tenant_id: 1, 'usage.message_id': 1 },
      partial: { 'usage.message_id': { $type: 'string' } },
    },
    { name: 'checksum', keys: { tenant_id: 1, 'metadata.checksum': 1 } },
    {
      name: 'public_token_unique',
      keys: { tenant_id: 1, 'sharing.public_token': 1 },
      unique: true,
      partial: { 'sharing.public_token': { $type: 'string' } },
    },
    // No TTL: the blob goes first, which the server cannot do.
    {
      name: 'lifecycle_expires',
      keys: { tenant_id: 1, 'lifecycle.expires_at': 1 },
      partial: { 'lifecycle.expires_at': { $type: 'date' } },
    },
  ],
});

export type StoredFile = DocumentOf<typeof files>;
