import { internalDlq } from '../dead-letters/internal-dlq.js';
import { type TopicDefinition } from '../definitions/topic.js';
import { SLOTS, userOf } from './principals.js';
import { type AclEntry, type AclOperation, type AclResource, type KafkaUse } from './types.js';

/** A right before it is given to somebody. */
type Right = Pick<AclEntry, 'operation' | 'resource'>;

/** What a group is named after where each instance has one of its own; the entry then covers all of them. See {@link rightsOf}. */
export const ANY_INSTANCE = 'any-instance';

/** What every service may do: tell of itself, and hear of changes that its caches need. */
const EVERYBODY_WRITES = ['analytics', 'platform.audit', 'platform.notifications'];
const EVERYBODY_READS = ['platform.events'];

/**
 * Everything that a service needs for what it does with Kafka, for both of its users, and nothing else. `topics` are all that there are. Read and Write
 * include Describe. A group that contains {@link ANY_INSTANCE} stands for every group that begins with what is before it.
 */
export function rightsOf(service: string, use: KafkaUse, topics: readonly TopicDefinition[]): readonly AclEntry[] {
  const named = (families: readonly string[]): TopicDefinition[] => topics.filter(({ family }) => families.includes(family));
  return forBothUsers(service, [
    ...[...use.produces, ...named(EVERYBODY_WRITES)].map((topic) => on(topicResource(topic), 'write')),
    ...named(EVERYBODY_READS).map((topic) => on(topicResource(topic), 'read')),
    ...use.consumes.flatMap(consumerRights),
    ...inspected(use).map((resource) => on(resource, 'describe_configs')),
    on(prefixed('group', `cache.${service}.`), 'read'),
  ]);
}

/** A consumer reads its topics as its group, writes what it cannot handle to the dead letters, and retries by topics and a group of its own. */
function consumerRights({ group, topics }: KafkaUse['consumes'][number]): Right[] {
  const instance = group.indexOf(ANY_INSTANCE);
  const own = instance < 0 ? [literal('group', group), literal('group', `${group}.retry`)] : [prefixed('group', group.slice(0, instance))];
  const retries = prefixed('topic', `internal.retry.${group}.`);
  return [
    ...topics.map((topic) => on(topicResource(topic), 'read')),
    ...own.map((resource) => on(resource, 'read')),
    on(topicResource(internalDlq), 'write'),
    ...(instance < 0 ? [on(retries, 'read'), on(retries, 'write')] : []),
  ];
}

/** Retry topics belong to the topics of a process that has any. */
function inspected({ inspects = [] }: KafkaUse): AclResource[] {
  return inspects.length === 0 ? [] : [...inspects.map(topicResource), RETRIES];
}

const TOPIC_ADMIN = ['create', 'delete', 'alter', 'alter_configs', 'describe_configs', 'read', 'write'] as const;

/**
 * What the operator's command line needs: topics, groups, rules and credentials, and writing to any topic for replays of dead letters. Whoever may change
 * rules can grant itself anything, so that withholding more would only look safer.
 */
export function operatorRights(service: string, topics: readonly TopicDefinition[]): readonly AclEntry[] {
  const resources = [...topics.map(topicResource), RETRIES];
  return forBothUsers(service, [
    ...resources.flatMap((resource) => TOPIC_ADMIN.map((operation) => on(resource, operation))),
    ...(['read', 'delete'] as const).map((operation) => on(literal('group', '*'), operation)),
    ...(['alter', 'describe', 'describe_configs'] as const).map((operation) => on(CLUSTER, operation)),
  ]);
}

/** What an exporter of figures needs: to see everything and touch nothing. */
export function monitorRights(service: string): readonly AclEntry[] {
  return forBothUsers(service, [
    on(CLUSTER, 'describe'),
    on(literal('topic', '*'), 'describe'),
    on(literal('topic', '*'), 'describe_configs'),
    on(literal('group', '*'), 'describe'),
  ]);
}

/** A tenant family is all of its topics, the shared one and those of tenants to come. */
const topicResource = ({ family, scope }: TopicDefinition): AclResource =>
  scope === 'tenant' ? prefixed('topic', `${family}.`) : literal('topic', family);

const CLUSTER: AclResource = { type: 'cluster', name: 'kafka-cluster', pattern: 'literal' };
const literal = (type: AclResource['type'], name: string): AclResource => ({ type, name, pattern: 'literal' });
const prefixed = (type: AclResource['type'], name: string): AclResource => ({ type, name, pattern: 'prefixed' });
const RETRIES = prefixed('topic', 'internal.retry.');
const on = (resource: AclResource, operation: AclOperation): Right => ({ resource, operation });

function forBothUsers(service: string, rights: readonly Right[]): readonly AclEntry[] {
  const different = [...new Map(rights.map((right) => [JSON.stringify(right), right])).values()];
  return SLOTS.flatMap((slot) =>
    different.map((right) => ({ principal: `User:${userOf(service, slot)}`, host: '*', permission: 'allow' as const, ...right })),
  );
}
