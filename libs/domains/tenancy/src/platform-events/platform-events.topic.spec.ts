import { describe, expect, it } from '@jest/globals';
import { platformEvents } from './platform-events.topic.js';
import { platformNotifications } from './platform-notifications.topic.js';

/** Names of fields that would carry a credential. */
const SECRET = /secret|password|token|key_lookup|hash|pepper|^key$/u;

describe('the topics of the platform', () => {
  it('carry the facts about tenants and what belongs to them, in the order of each tenant', () => {
    expect(platformEvents.events.map(({ type }) => type)).toEqual([
      'tenant.provisioned',
      'tenant.updated',
      'tenant.upgraded',
      'tenant.downgraded',
      'tenant.suspended',
      'tenant.resumed',
      'tenant.restored',
      'tenant.deleted',
      'tenant.data_exported',
      'tenant.migrated',
      'tenant.operation_failed',
      'application.created',
      'application.updated',
      'application.deleted',
      'api_key.created',
      'api_key.rotated',
      'api_key.revoked',
      'webhook.created',
      'webhook.updated',
      'webhook.deleted',
    ]);
    expect(new Set(platformEvents.events.map(({ key }) => key))).toEqual(new Set(['@tenant']));
  });

  it('carry what operators are told of, in no order', () => {
    expect(platformNotifications.events.map(({ type, key }) => [type, key])).toEqual([
      ['quota.threshold_reached', null],
      ['alert.raised', null],
      ['alert.resolved', null],
    ]);
  });

  it.each([...platformEvents.events, ...platformNotifications.events])('have no place for a secret in $type', ({ payload }) => {
    expect(Object.keys(payload.shape).filter((field) => SECRET.test(field))).toEqual([]);
  });
});
