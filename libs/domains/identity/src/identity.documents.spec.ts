import { describe, expect, it } from '@jest/globals';
import { type BadField, storedCases } from '@caas/testing/schema';
import { adminMemberships } from './admins/admin-memberships.collection.js';
import { adminSessions } from './admins/admin-sessions.collection.js';
import { platformAdmins } from './admins/platform-admins.collection.js';
import { apiKeys } from './api-keys/api-keys.collection.js';
import { applications } from './applications/applications.collection.js';
import {
  aFullApplication,
  aMembership,
  anAdmin,
  anAdminSession,
  anApiKey,
  anIdempotencyKey,
  aPlainApplication,
  aRevocation,
} from './fixtures/platform-documents.fixture.js';
import { idempotencyKeys } from './idempotency/idempotency-keys.collection.js';
import { revocations, revocationScope } from './revocations/revocations.collection.js';

const CASES = [
  {
    definition: applications,
    good: { 'an application with everything': aFullApplication, 'a new one': aPlainApplication },
    bad: {
      'an unknown environment': ['environment', 'live'],
      'every origin at once': ['config.allowed_origins', ['*']],
      'an origin with a path': ['config.allowed_origins.0', 'https://shop.example/chat'],
      'a rate of zero': ['config.rate_limits.messages_per_minute', 0],
      'a colour by name': ['config.branding.primary_color', 'red'],
      'a token that lives for a day': ['security.jwt_config.token_expiry_minutes', 1440],
      'a private key': ['security.jwt_keys.0.public_jwk.d', 'A'.repeat(43)],
      'a key that is shared': ['security.jwt_keys.0.public_jwk', { kty: 'oct', k: 'A'.repeat(43) }],
      'a shared algorithm': ['security.jwt_keys.0.alg', 'HS256'],
      'too many keys': ['security.jwt_keys', Array(6).fill(aFullApplication.security.jwt_keys[0])],
      'the keys themselves, which are elsewhere': ['api_keys', []],
    },
  },
  {
    definition: apiKeys,
    good: { 'a key': anApiKey, 'a key for all applications': { ...anApiKey, app_id: null, metadata: null } },
    bad: {
      'the key itself': ['key', 'caas_sk_live_x'],
      'more of the key than may be shown': ['key_prefix', 'caas_sk_live_0aZ9bY1'],
      'a wildcard scope': ['permissions.scopes', ['chat:*']],
      'a scope that does not exist': ['permissions.scopes.0', 'chat:fly'],
      'an address without a prefix': ['restrictions.ip_whitelist.0', '192.0.2.1'],
      'too many networks': ['restrictions.ip_whitelist', Array(21).fill('192.0.2.0/24')],
      'a limit below -1': ['restrictions.max_requests', -2],
      'a rotation every five years': ['rotation.rotate_after_days', 1825],
      'a predecessor of another kind': ['rotation.predecessor_id', anApiKey.tenant_id],
      'a negative count': ['audit.total_requests', -1],
      'a lookup that is no hash': ['key_lookup', 'caas_sk_live_x'],
    },
  },
  {
    definition: platformAdmins,
    good: {
      'an admin with everything': anAdmin,
      'one who logs in elsewhere only': { ...anAdmin, kind: 'staff', auth: { ...anAdmin.auth, password_hash: null, reset: null } },
    },
    bad: {
      'a password': ['auth.password_hash', 'correct horse'],
      'a backup code in clear': ['auth.mfa.backup_codes.0.hash', '12345678'],
      'a seed in clear': ['auth.mfa.secret', 'JBSWY3DPEHPK3PXP'],
      'a reset token in clear': ['auth.reset.token', 'abc'],
      'an unknown provider': ['auth.oauth_providers.0.provider', 'myspace'],
      'a time zone in lower case': ['profile.timezone', 'europe/zurich'],
      'too many pages': ['preferences.dashboard.recent_pages', Array(11).fill('/')],
      'too many suspicions': ['security.suspicious_activity', Array(21).fill(anAdmin.security.suspicious_activity[0])],
      'an unknown kind': ['kind', 'root'],
    },
  },
  {
    definition: adminMemberships,
    good: { 'a membership': aMembership },
    bad: {
      'an unknown role': ['role', 'god'],
      'a permission without an area': ['permissions.0', 'create'],
      'a denial twice over': ['permissions.0', '!!keys:create'],
      'an unknown status': ['status', 'deleted'],
    },
  },
  {
    definition: adminSessions,
    good: { 'a session': anAdminSession },
    bad: { 'a token': ['token_hash', 'secret'], 'no address': ['ip', null], 'no end': ['expires_at', null] },
  },
  {
    definition: revocations,
    good: { 'a revocation': aRevocation },
    bad: {
      'an unknown scope': ['scope_kind', 'device'],
      'an unknown reason': ['reason', 'because'],
      'no moment': ['invalid_before', null],
    },
  },
  {
    definition: idempotencyKeys,
    good: { 'an answer': anIdempotencyKey, 'a claim': { ...anIdempotencyKey, state: 'in_progress', response: null } },
    bad: {
      'an answer that is not stored': ['response.status', 503],
      'the body instead of its hash': ['body_hash', '{}'],
      'an unknown state': ['state', 'lost'],
    },
  },
] as const;

describe.each(CASES)('$definition.name', ({ definition, good, bad }) => {
  const { takes, refuses } = storedCases(definition);

  it.each(Object.entries<object>(good))('takes %s', (_, fields) => takes(fields));

  it.each(Object.entries<BadField>(bad))('refuses %s', (_, field) => refuses(Object.values(good)[0] as object, field));
});

describe('revocationScope', () => {
  it('names one row per thing', () => {
    expect(revocationScope('user', 'usr_1')).toBe('user:usr_1');
  });
});
