import { describe, expect, it } from '@jest/globals';
import { modules } from './index.js';

/** Every collection of the data model, by the database it is in. */
const COLLECTIONS = {
  tenant: [
    'conversations',
    'files',
    'group_announcements',
    'group_event_attendees',
    'group_events',
    'group_members',
    'group_moderation_log',
    'groups',
    'join_requests',
    'media_metadata',
    'message_hides',
    'messages',
    'notifications',
    'post_interactions',
    'posts',
    'prekey_bundles',
    'reactions',
    'read_receipts',
    'read_states',
    'tenant_settings',
    'user_devices',
    'user_keys',
    'user_relationships',
    'user_sessions',
    'users',
  ],
  platform: [
    'admin_memberships',
    'admin_sessions',
    'api_keys',
    'applications',
    'blocked_ips',
    'counters',
    'dlq_messages',
    'event_outbox',
    'idempotency_keys',
    'ip_whitelist',
    'job_results',
    'jobs',
    'platform_admins',
    'quota_alerts',
    'revocations',
    'saas_clients',
    'security_policies',
    'tenant_operations',
    'tenant_quotas',
    'webhook_deliveries',
    'webhook_endpoints',
  ],
  billing: ['invoices', 'payment_methods', 'plans', 'subscriptions', 'usage_records'],
  analytics: ['audit_logs', 'events', 'metrics'],
};

describe('the modules', () => {
  /** What starts with `_` is bookkeeping of the data access library. */
  const collections = modules.collections.filter(({ name }) => !name.startsWith('_'));

  it.each(Object.entries(COLLECTIONS))('own every collection of %s', (place, names) => {
    const owned = collections.filter(({ scope, database }) => (scope === 'tenant' ? 'tenant' : database) === place);

    expect(owned.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  });

  it('own every topic', () => {
    const families = [
      'platform.events',
      'platform.notifications',
      'platform.audit',
      'presence',
      'notifications',
      'webhooks',
      'analytics',
      'chat.messages',
      'chat.events',
      'internal.retry.message-processor.1',
      'internal.retry.message-processor.2',
      'internal.retry.message-processor.3',
      'internal.retry.event-processor.1',
      'internal.retry.event-processor.2',
      'internal.retry.event-processor.3',
      'internal.dlq',
    ];

    expect(modules.topics.map(({ family }) => family)).toEqual(expect.arrayContaining(families));
  });

  it.each(collections.filter(({ schema }) => 'tenant_id' in schema.shape))(
    'find the rows of one tenant in $name by an index, to export and to purge them',
    ({ indexes }) => {
      const leading = indexes.flatMap(({ keys, partial }) => (partial === undefined ? [Object.keys(keys).slice(0, 2)] : []));

      expect(leading.some((keys) => keys.includes('tenant_id'))).toBe(true);
    },
  );

  it.each(collections)('name every index of $name for what it is', ({ indexes }) => {
    for (const { name, ttlSeconds, unique } of indexes) {
      expect([name, name.endsWith('_ttl')]).toEqual([name, ttlSeconds !== undefined]);
      if (name.endsWith('_unique')) expect([name, unique]).toEqual([name, true]);
    }
  });
});
