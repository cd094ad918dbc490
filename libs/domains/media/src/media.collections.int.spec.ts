import { afterAll, describe, expect, it } from '@jest/globals';
import { connectMongo } from '@caas/data-access-mongo';
import { createLogger, Metrics, PLAN_LIMITS, type TenantContext } from '@caas/runtime';
import { newId, newTenantId } from '@caas/schema';
import { stack } from '@caas/testing/stack';
import { files } from './files/files.collection.js';
import { mediaModule } from './media.module.js';
import { postInteractions } from './posts/post-interactions.collection.js';

const mongo = await connectMongo({
  config: { MONGODB_URI: stack().mongodb_uri, NODE_ENV: 'test', MONGODB_MIN_POOL_SIZE: 0 },
  logger: createLogger({ service: 'spec', level: 'silent' }),
  metrics: new Metrics({ service: 'spec', defaults: false }),
  appName: 'caas-spec',
  collections: mediaModule.collections,
  databasePrefix: 'spec_media',
});
await mongo.ensure();
afterAll(() => mongo.close());

const aTenant = (): TenantContext => ({
  tenantId: newTenantId(),
  name: 'Example',
  plan: 'free',
  status: 'active',
  provisioning: 'ready',
  isolation: { model: 'shared', epoch: 1 },
  limits: PLAN_LIMITS.free,
});

const aFile = (tenantId: string) => ({
  uploader_id: newId('usr'),
  storage: {
    provider: 's3' as const,
    bucket: 'media',
    region: 'eu-central-1',
    key: `${tenantId}/2026/a.png`,
    encrypted: false,
    encryption_key_id: null,
    encryption_algorithm: null,
  },
  metadata: {
    original_name: 'a.png',
    extension: 'png',
    mime_type: 'image/png',
    size: 5_000_000_000,
    checksum: '0'.repeat(64),
    dimensions: { width: 640, height: 480, duration: null, aspect_ratio: 4 / 3 },
    media_info: null,
    exif: null,
  },
  processing: { status: 'pending' as const, started_at: null, completed_at: null, error: null, variants: [] },
  usage: { context: 'message' as const, message_id: newId('msg'), conversation_id: newId('conv'), post_id: null },
  sharing: { visibility: 'private' as const, shared_with: [], public_token: 'f'.repeat(64), public_expires_at: null },
  moderation: { scanned: false, scan_result: null, flags: [], reviewed_by: null, reviewed_at: null },
  lifecycle: { expires_at: null, retained_until: null, archived: false, archived_at: null, archive_tier: null },
});

describe('collections of media', () => {
  it('are on the server as they are defined, or the report says why not', async () => {
    const { changes, skipped } = await mongo.diff();

    expect(changes).toEqual([]);
    for (const { reason } of skipped) expect(reason).toMatch(/lacks/);
  });

  it('keep a file for its tenant', async () => {
    const [mine, theirs] = [aTenant(), aTenant()];
    const file = await mongo.forTenant(mine).repository(files).insert(aFile(mine.tenantId));

    expect(await mongo.forTenant(mine).repository(files).get(file.file_id)).toEqual(file);
    expect(await mongo.forTenant(theirs).repository(files).find(file.file_id)).toBeUndefined();
  });

  it('count what a user did with a post once', async () => {
    const repository = mongo.forTenant(aTenant()).repository(postInteractions);
    const like = { post_id: newId('post'), user_id: newId('usr'), kind: 'like' as const };

    const { inserted, duplicates } = await repository.insertMany([like, like, { ...like, kind: 'save' }]);

    expect(inserted).toHaveLength(2);
    expect(duplicates.map(({ fields }) => fields)).toEqual([['post_id', 'user_id', 'kind']]);
  });
});
