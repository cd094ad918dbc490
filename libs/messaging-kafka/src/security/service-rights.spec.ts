import { describe, expect, it } from '@jest/globals';
import { text } from '@caas/schema';
import { z } from 'zod';
import { defineConsumer, defineEvent, defineTopic, internalDlq } from '../index.js';
import { describeAcl } from './acl-admin.js';
import { parseUser, userOf } from './principals.js';
import { ANY_INSTANCE, monitorRights, operatorRights, rightsOf } from './service-rights.js';

const event = defineEvent({ type: 'thing.done', version: '1.0.0', key: 'id', payload: z.strictObject({ id: text({ max: 10 }) }) });
const aTopic = (family: string, scope: 'tenant' | 'platform') =>
  defineTopic({
    family,
    scope,
    format: 'json',
    partitions: 1,
    retentionMs: 1_000,
    cleanup: 'delete',
    events: [event],
    description: 'of a spec',
  });
const messages = aTopic('chat.messages', 'tenant');
const events = aTopic('platform.events', 'platform');
const audit = aTopic('platform.audit', 'platform');
const everything = [messages, events, audit, internalDlq];

/** The rights of slot a, a line each. */
const lines = (entries: ReturnType<typeof rightsOf>): string[] =>
  entries
    .filter(({ principal }) => principal.endsWith('-a'))
    .map((entry) => describeAcl(entry).replace(/^User:service-\w+-a may /, ''))
    .sort();

describe('the rights of a service', () => {
  it('follow from what it produces and consumes', () => {
    const consumer = defineConsumer({ group: 'message-processor', topics: [messages], handle: async () => undefined });

    expect(lines(rightsOf('worker', { produces: [events], consumes: [consumer] }, [messages, internalDlq]))).toEqual([
      'read group cache.worker.*',
      'read group message-processor',
      'read group message-processor.retry',
      'read topic chat.messages.*',
      'read topic internal.retry.message-processor.*',
      'write topic internal.dlq',
      'write topic internal.retry.message-processor.*',
      'write topic platform.events',
    ]);
  });

  it('let a process see the settings of the topics that it holds against their definitions', () => {
    expect(lines(rightsOf('worker', { produces: [], consumes: [], inspects: [messages] }, []))).toEqual([
      'describe_configs topic chat.messages.*',
      'describe_configs topic internal.retry.*',
      'read group cache.worker.*',
    ]);
  });

  it('include what every service needs, as far as there are such topics', () => {
    expect(lines(rightsOf('gateway', { produces: [messages], consumes: [] }, everything))).toEqual([
      'read group cache.gateway.*',
      'read topic platform.events',
      'write topic chat.messages.*',
      'write topic platform.audit',
    ]);
  });

  it('cover the groups of all instances where each has its own, which are never retried', () => {
    const consumer = defineConsumer({ group: `fanout.gateway.${ANY_INSTANCE}`, topics: [messages], handle: async () => undefined });

    expect(lines(rightsOf('gateway', { produces: [], consumes: [consumer] }, []))).toEqual([
      'read group cache.gateway.*',
      'read group fanout.gateway.*',
      'read topic chat.messages.*',
      'write topic internal.dlq',
    ]);
  });

  it('are named once, and are equal in both slots', () => {
    const rights = rightsOf('gateway', { produces: [messages, messages], consumes: [] }, []);

    expect(rights.map(({ principal }) => principal)).toEqual([
      'User:service-gateway-a',
      'User:service-gateway-a',
      'User:service-gateway-b',
      'User:service-gateway-b',
    ]);
    expect(rights.slice(0, 2).map(({ resource }) => resource)).toEqual(rights.slice(2).map(({ resource }) => resource));
  });
});

describe('the operator', () => {
  it('may administer every topic that is defined, groups, rules and users', () => {
    const rights = lines(operatorRights('provisioner', [messages]));

    expect(rights).toEqual(
      expect.arrayContaining([
        'create topic chat.messages.*',
        'delete topic chat.messages.*',
        'delete group *',
        'alter cluster kafka-cluster',
      ]),
    );
    expect(rights.join()).not.toContain('all ');
  });
});

describe('the monitor', () => {
  it('sees everything and touches nothing', () => {
    expect(lines(monitorRights('monitor'))).toEqual([
      'describe cluster kafka-cluster',
      'describe group *',
      'describe topic *',
      'describe_configs topic *',
    ]);
  });
});

describe('users', () => {
  it('are named after their service and slot, and back', () => {
    expect(userOf('message-worker', 'b')).toBe('service-message-worker-b');
    expect(parseUser('service-message-worker-b')).toEqual({ service: 'message-worker', slot: 'b' });
    expect(parseUser('admin')).toBeUndefined();
    expect(parseUser('service-x')).toBeUndefined();
  });

  it('are refused for what cannot be a service', () => {
    expect(() => userOf('Gateway', 'a')).toThrow('"Gateway" must be lower-case words such as "gateway" to be a service.');
  });
});
