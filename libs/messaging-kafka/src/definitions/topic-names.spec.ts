import { describe, expect, it } from '@jest/globals';
import { parseTenantId, type TenantId } from '@caas/schema';
import { PLANS } from '@caas/runtime';
import fc from 'fast-check';
import { checkFamily, parseSharedKey, parseTopic, resolveTopic } from './topic-names.js';

const tenantId = parseTenantId('clnt_01m84kwceteqmvbfhv4z4p20w7');
const tenants = fc.stringMatching(/^clnt_[a-z0-9]{8,32}$/).map((id) => id as TenantId);
const words = fc
  .stringMatching(/^[a-z][a-z0-9_]{0,8}$/)
  .filter((word) => !['platform', 'internal', 'shared', 'retry', 'dlq', 'all'].includes(word));
const families = fc.array(words, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.'));

describe('resolveTopic', () => {
  it.each(['free', 'starter'] as const)('puts %s tenants on the shared topic, with the tenant in front of the key', (plan) => {
    const { topic, keyFor } = resolveTopic('chat.messages', { tenantId, plan });

    expect([topic, keyFor('conv_1'), keyFor(null)]).toEqual(['chat.messages.shared', `${tenantId}:conv_1`, null]);
  });

  it.each(['pro', 'enterprise'] as const)('gives %s tenants a topic of their own, with plain keys', (plan) => {
    const { topic, keyFor } = resolveTopic('chat.messages', { tenantId, plan });

    expect([topic, keyFor('conv_1'), keyFor(null)]).toEqual([`chat.messages.${tenantId}`, 'conv_1', null]);
  });

  it.each(['platform.events', 'internal.dlq', 'internal.retry.message-processor.1'])('takes %s as it is', (family) => {
    expect(resolveTopic(family).topic).toBe(family);
  });

  it('refuses a tenant family without a tenant', () => {
    expect(() => resolveTopic('chat.messages')).toThrow(/belong to tenants/);
  });
});

describe('parseTopic and parseSharedKey', () => {
  it('are the inverse of resolveTopic for every family, tenant, plan and key', () => {
    fc.assert(
      fc.property(families, tenants, fc.constantFrom(...PLANS), fc.string(), (family, id, plan, key) => {
        const { topic, keyFor } = resolveTopic(family, { tenantId: id, plan });

        const place = parseTopic(topic);
        expect(place?.family).toBe(family);
        if (place?.placement === 'dedicated') expect([place.tenantId, keyFor(key)]).toEqual([id, key]);
        else expect(parseSharedKey(keyFor(key) ?? '')).toEqual({ tenantId: id, key });
      }),
    );
  });

  it('give two tenants or two keys never the same place', () => {
    const places = fc.tuple(families, tenants, fc.constantFrom(...PLANS), fc.string());
    fc.assert(
      fc.property(places, places, (a, b) => {
        const at = ([family, id, plan, key]: typeof a): string => {
          const { topic, keyFor } = resolveTopic(family, { tenantId: id, plan });
          return JSON.stringify([topic, keyFor(key)]);
        };
        fc.pre(a[1] !== b[1]);

        expect(at(a)).not.toBe(at(b));
      }),
    );
  });

  it.each(['chat.messages', 'chat.messages.acme', 'shared', '', 'Chat.shared', 'chat.messages.clnt_1', '__consumer_offsets'])(
    'know no family for %j',
    (topic) => {
      expect(parseTopic(topic)).toBeUndefined();
    },
  );

  it.each(['conv_1', 'clnt_1:conv_1', ':conv_1', ''])('know no tenant for the key %j', (key) => {
    expect(parseSharedKey(key)).toBeUndefined();
  });
});

describe('checkFamily', () => {
  it.each(['chat.messages', 'presence', 'platform.audit', 'internal.dlq'])('takes %s', (family) => {
    expect(() => checkFamily(family)).not.toThrow();
  });

  it.each(['chat.', 'chat..x', '1chat', 'chat-x', `a${'.b'.repeat(101)}`, 'chat.dlq', 'all'])('refuses %s', (family) => {
    expect(() => checkFamily(family)).toThrow(TypeError);
  });
});
