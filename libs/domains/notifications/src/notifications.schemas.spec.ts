import { describe, expect, it } from '@jest/globals';
import { type BadField, expectRenderingsAgree, storedCases } from '@caas/testing/schema';
import { aDelivery, anEndpoint, aNotification, aTenantId } from './fixtures/notification-documents.fixture.js';
import { notifications } from './inbox/notifications.collection.js';
import { notificationsModule } from './notifications.module.js';
import { webhookDeliveries } from './webhooks/webhook-deliveries.collection.js';
import { webhookEndpoints } from './webhooks/webhook-endpoints.collection.js';

const CASES = [
  {
    definition: webhookEndpoints,
    good: {
      'an endpoint': anEndpoint,
      'one whose secret is being rotated': {
        ...anEndpoint,
        events: ['*'],
        prev_secret: anEndpoint.secret,
        prev_secret_until: aDelivery.expires_at,
      },
    },
    bad: {
      'a secret in clear': ['secret', 'whsec_0123456789'],
      'a secret with the key beside it': ['secret.key', 'x'],
      'another way to seal': ['secret.alg', 'none'],
      'a URL with a password': ['url', 'https://a:b@acme.example'],
      'no events': ['events', []],
      'an event that does not exist': ['events.0', 'cat.meowed'],
      'a header with a line break in its name': ['headers.0.name', 'X-A\r\nX-B'],
      'too many headers': ['headers', Array(11).fill(anEndpoint.headers[0])],
    },
  },
  {
    definition: webhookDeliveries,
    good: { 'an attempt': aDelivery, 'a test': { ...aDelivery, is_test: true, status: 'success', next_attempt_at: null } },
    bad: {
      'a fifth attempt': ['attempt', 5],
      'an unknown status': ['status', 'lost'],
      'a status that HTTP does not have': ['response_code', 42],
      'the whole answer': ['response_excerpt', 'x'.repeat(1025)],
      'the body': ['body', '{}'],
    },
  },
  {
    definition: notifications,
    good: {
      'a mention': { tenant_id: aTenantId, ...aNotification },
      'one from a server': { tenant_id: aTenantId, ...aNotification, type: 'system', event_id: null, data: null },
    },
    bad: {
      'an unknown type': ['type', 'poke'],
      'a body that is too long': ['body', 'x'.repeat(501)],
      'no user': ['user_id', null],
      'no tenant': ['tenant_id', null],
      'no word on whether it was read': ['read', null],
    },
  },
] as const;

describe('schemas of notifications', () => {
  it.each(notificationsModule.collections.map((collection) => [collection.name, collection] as const))(
    'collection %s means the same to zod and MongoDB',
    (_, { storedSchema }) => {
      expectRenderingsAgree(storedSchema, { dialects: ['bson'], runs: 60 });
    },
  );

  it('has cases for every collection', () => {
    expect(CASES.map(({ definition }) => definition.name)).toEqual(notificationsModule.collections.map(({ name }) => name));
  });
});

describe.each(CASES)('$definition.name', ({ definition, good, bad }) => {
  const { takes, refuses } = storedCases(definition);

  it.each(Object.entries<object>(good))('takes %s', (_, fields) => takes(fields));

  it.each(Object.entries<BadField>(bad))('refuses %s', (_, field) => refuses(Object.values(good)[0] as object, field));
});
