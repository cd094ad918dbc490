import { describe, expect, it } from '@jest/globals';
import { type BadField, expectRenderingsAgree, storedCases } from '@caas/testing/schema';
import { analyticsEvents } from './analytics/events.collection.js';
import { metrics } from './analytics/metrics.collection.js';
import { auditLogs } from './audit/audit-logs.collection.js';
import { dlqMessages } from './dead-letters/dlq-messages.collection.js';
import { aBlock, aDeadLetter, aMetric, anAuditLog, anEntry, anEvent, aPolicy } from './fixtures/insight-documents.fixture.js';
import { insightModule } from './insight.module.js';
import { blockedIps } from './security/blocked-ips.collection.js';
import { ipWhitelist } from './security/ip-whitelist.collection.js';
import { securityPolicies } from './security/security-policies.collection.js';

const CASES = [
  {
    definition: auditLogs,
    good: { 'an entry': anAuditLog, 'an entry of the platform': { ...anAuditLog, tenant_id: null, target: null, changes: null } },
    bad: {
      'an unknown kind of actor': ['actor.type', 'robot'],
      'an address with a zone': ['actor.ip', 'fe80::1%eth0'],
      'an action without an area': ['action.name', 'rotated'],
      'an unknown category': ['action.category', 'fun'],
      'a snapshot that is too large': ['changes.before', { a: 'x'.repeat(17_000) }],
      'no word on the legal hold': ['retention.legal_hold', null],
      'place 0 of a chain': ['chain.sequence', 0],
      'a day in another spelling': ['chain.day', '2026-1-2'],
      'no hash': ['hash', ''],
      'a hash of another kind': ['prev_hash', 'b'.repeat(40)],
    },
  },
  {
    definition: analyticsEvents,
    good: { 'an event': anEvent, 'a bare one': { ...anEvent, app_id: null, user_id: null, data: null, source: null } },
    bad: {
      'an event of no tenant': ['tenant_id', null],
      'an unknown category': ['category', 'payment'],
      'a type that is no category and action': ['event_type', 'payment.sent'],
      'an unknown platform': ['source.platform', 'windows'],
      'an operator in the metadata': ['data.metadata', { $set: 1 }],
    },
  },
  {
    definition: metrics,
    good: { 'an hour': aMetric, 'a month without dimensions': { ...aMetric, dim_key: '', expires_at: null, values: null } },
    bad: {
      'a name that nobody registered': ['metric_name', 'cats'],
      'a value that is no number': ['value', Number.NaN],
      'a yearly bucket': ['bucket.type', 'yearly'],
      'a country that does not exist': ['dimensions.country', 'ZZ'],
      'a readable dimension key': ['dim_key', 'web'],
    },
  },
  {
    definition: dlqMessages,
    good: {
      'a record that could be read': aDeadLetter,
      'a tombstone that could not': {
        ...aDeadLetter,
        tenant_id: null,
        event_id: null,
        event_type: null,
        envelope: null,
        key: null,
        raw_value: null,
      },
    },
    bad: {
      'an offset as a number': ['offset', 12],
      'a negative partition': ['partition', -1],
      'an unknown status': ['status', 'permanent'],
      'an unknown category': ['category', 'odd'],
      'more attempts than are kept': ['attempts', Array(21).fill(aDeadLetter.attempts[0])],
      'a value in base64': ['raw_value', 'AP8='],
    },
  },
  {
    definition: blockedIps,
    good: {
      'a network': aBlock,
      'for good, by one tenant': { ...aBlock, scope: 'tenant', tenant_id: anEntry.tenant_id, block_type: 'permanent', blocked_until: null },
    },
    bad: {
      'an address without a prefix': ['cidr', '192.0.2.0'],
      'a third family': ['family', 5],
      'a bound of the wrong kind': ['range_start', '192.0.2.0'],
      'an unknown reason': ['reason', 'mood'],
      'nobody who did it': ['blocked_by', null],
    },
  },
  {
    definition: ipWhitelist,
    good: { 'a network': anEntry, 'for one application': { ...anEntry, app_id: anEvent.app_id, expires_at: anEntry.added_at } },
    bad: {
      'an entry of no tenant': ['tenant_id', null],
      'an entry without a name': ['name', ''],
      'a prefix beyond the address': ['prefix_len', 129],
      'a negative count': ['use_count', -1],
    },
  },
  {
    definition: securityPolicies,
    good: { 'a policy': aPolicy, 'one that only logs': { ...aPolicy, status: 'testing' } },
    bad: {
      'an unknown type': ['type', 'magic'],
      'an unknown operator': ['rules.0.condition.operator', 'ne'],
      'a window of no length': ['rules.0.condition.window_seconds', 0],
      'an action that nobody takes': ['rules.0.action.type', 'shout'],
      'too many rules': ['rules', Array(51).fill(aPolicy.rules[0])],
      'version 0': ['metadata.version', 0],
    },
  },
] as const;

describe('schemas of insight', () => {
  it.each(insightModule.collections.map((collection) => [collection.name, collection] as const))(
    'collection %s means the same to zod and MongoDB',
    (name, { storedSchema }) => {
      // a dead letter holds megabytes, and generated ones often as many as they may
      expectRenderingsAgree(storedSchema, { dialects: ['bson'], runs: name === 'dlq_messages' ? 10 : 60 });
    },
  );

  it('has cases for every collection', () => {
    expect(CASES.map(({ definition }) => definition.name)).toEqual(insightModule.collections.map(({ name }) => name));
  });
});

describe.each(CASES)('$definition.name', ({ definition, good, bad }) => {
  const { takes, refuses } = storedCases(definition);

  it.each(Object.entries<object>(good))('takes %s', (_, fields) => takes(fields));

  it.each(Object.entries<BadField>(bad))('refuses %s', (_, field) => refuses(Object.values(good)[0] as object, field));
});
