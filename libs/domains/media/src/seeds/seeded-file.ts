import { type SeedRow, type TenantSeedContext } from '@caas/composition/seeding';
import { type CastMember } from '@caas/identity/seeds';
import { type mediaMetadata } from '../files/media-metadata.collection.js';
import { type files } from '../files/files.collection.js';

export const FILE_KINDS = ['image', 'video', 'voice', 'audio', 'document'] as const;
export type SeededFileKind = (typeof FILE_KINDS)[number];

const MIME_TYPES = {
  image: 'image/jpeg',
  video: 'video/mp4',
  voice: 'audio/ogg',
  audio: 'audio/mpeg',
  document: 'application/pdf',
} as const;
const EXTENSIONS = { image: 'jpg', video: 'mp4', voice: 'ogg', audio: 'mp3', document: 'pdf' } as const;
const SIZE = { min: 20_000, max: 4_000_000 } as const;
const SECONDS = { min: 2, max: 180 } as const;

/** A file that is seeded: what messages and posts say about it. */
export interface SeededFile {
  readonly fileId: string;
  readonly kind: SeededFileKind;
  readonly name: string;
  readonly mimeType: string;
  readonly size: number;
  readonly width: number;
  readonly height: number;
  readonly duration: number;
}

/** The file with this number; files of a tenant are numbered from 0. */
export function seededFile(context: TenantSeedContext, index: number, kind: SeededFileKind): SeededFile {
  const word = context
    .fake('file', index)
    .word.noun()
    .toLowerCase()
    .replaceAll(/[^a-z]/gu, '');
  return {
    fileId: context.id('file', index),
    kind,
    name: `${word || kind}-${index}.${EXTENSIONS[kind]}`,
    mimeType: MIME_TYPES[kind],
    size: context.number(SIZE, 'file size', index),
    width: context.pick([640, 1_280, 1_920], 'file width', index),
    height: context.pick([480, 720, 1_080], 'file height', index),
    duration: context.number(SECONDS, 'file duration', index),
  };
}

/** Where a file is used, by whom and since when. */
export interface FileUse {
  readonly uploader: CastMember;
  readonly usage: SeedRow<typeof files>['usage'];
  readonly at: Date;
  /** When it goes; null for files that stay. */
  readonly expiresAt: Date | null;
}

/** The row of a file. There is no blob behind it. */
export function fileRow(context: TenantSeedContext, file: SeededFile, { uploader, usage, at, expiresAt }: FileUse): SeedRow<typeof files> {
  const { kind, fileId, name, mimeType, size } = file;
  const key = `${context.tenant.tenantId}/seed/${fileId}`;
  const isSeen = kind === 'image' || kind === 'video';
  return {
    file_id: fileId,
    uploader_id: uploader.userId,
    storage: {
      provider: 'local',
      bucket: 'caas-seed',
      region: 'local',
      key,
      encrypted: false,
      encryption_key_id: null,
      encryption_algorithm: null,
    },
    metadata: {
      original_name: name,
      extension: EXTENSIONS[kind],
      mime_type: mimeType,
      size,
      checksum: context.bytes('file', fileId).toString('hex'),
      dimensions: kind === 'document' ? null : dimensionsOf(file),
      media_info: null,
      exif: null,
    },
    processing: {
      status: 'completed',
      started_at: at,
      completed_at: new Date(at.getTime() + 2_000),
      error: null,
      variants: isSeen
        ? [{ type: 'thumbnail', key: `${key}.thumbnail`, width: 160, height: 120, size: 8_000, mime_type: 'image/jpeg', quality: 'low' }]
        : [],
    },
    usage,
    sharing: {
      visibility: usage.conversation_id === null ? 'public' : 'conversation',
      shared_with: [],
      public_token: null,
      public_expires_at: null,
    },
    moderation: { scanned: true, scan_result: 'safe', flags: [], reviewed_by: null, reviewed_at: null },
    lifecycle: { expires_at: expiresAt, retained_until: null, archived: false, archived_at: null, archive_tier: null },
    created_at: at,
  };
}

/** What processing and delivery know of the same file. */
export function mediaMetadataRow(context: TenantSeedContext, { fileId, kind }: SeededFile, at: Date): SeedRow<typeof mediaMetadata> {
  const views = context.number({ min: 0, max: 40 }, 'views', fileId);
  return {
    file_id: fileId,
    jobs: [
      {
        job_id: context.id('job', fileId, 'scan'),
        job_type: 'scan',
        status: 'completed',
        priority: 5,
        input: null,
        output: null,
        worker: 'seed',
        queued_at: at,
        started_at: at,
        completed_at: new Date(at.getTime() + 2_000),
        error: null,
        retry_count: 0,
      },
    ],
    outputs: null,
    analysis: kind === 'image' ? { labels: ['outdoor'], nsfw_score: 0.01, language: null, transcript_file_id: null } : null,
    moderation_status: 'approved',
    cdn: null,
    analytics: {
      total_views: views,
      total_downloads: 0,
      bandwidth_used: 0,
      unique_viewers: Math.min(views, context.size.users),
      views_by_country: {},
      views_by_device: {},
    },
    created_at: at,
  };
}

function dimensionsOf({ kind, width, height, duration }: SeededFile) {
  if (kind === 'image') return { width, height, duration: null, aspect_ratio: width / height };
  if (kind === 'video') return { width, height, duration, aspect_ratio: width / height };
  return { width: null, height: null, duration, aspect_ratio: null };
}
