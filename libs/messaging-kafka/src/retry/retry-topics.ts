import { type TopicDefinition } from '../definitions/topic.js';
import { RETRY_DEFAULTS } from './policy.js';

const DAY_MS = 86_400_000;
const FORM = /^internal\.retry\.([a-z][a-z0-9-]*(?:\.[a-z0-9][a-z0-9_-]*)*)\.([1-9])$/;

/** How many retry topics a group has: one a delay, so that due times rise along each. */
export const RETRY_TIERS = RETRY_DEFAULTS.tierDelaysMs.length;

/** The group that reads a group's retry topics. */
export const retryGroupOf = (group: string): string => `${group}.retry`;

/** The name of a group's retry topic; tiers count from 1. */
export const retryTopic = (group: string, tier: number): string => `internal.retry.${group}.${tier}`;

/** Inverse of {@link retryTopic}; `undefined` for other names. */
export function parseRetryTopic(topic: string): { readonly group: string; readonly tier: number } | undefined {
  const [, group, tier] = FORM.exec(topic) ?? [];
  return group === undefined ? undefined : { group, tier: Number(tier) };
}

/**
 * The retry topics of a group. They belong to the group and not to a source topic: only the group that failed sees the record again, and
 * their number does not grow with tenants. They have no schema of their own, since they carry the bytes of others.
 */
export function retryTopicsOf(group: string): readonly TopicDefinition[] {
  return Array.from({ length: RETRY_TIERS }, (_, index) => {
    const family = retryTopic(group, index + 1);
    return Object.freeze<TopicDefinition>({
      family,
      scope: 'internal',
      format: 'bytes',
      partitions: 4,
      retentionMs: 7 * DAY_MS,
      cleanup: 'delete',
      settings: {},
      compatibility: 'BACKWARD',
      lane: 'standard',
      events: [],
      subject: `${family}-value`,
      value: { format: 'bytes', text: '' },
      description: `Records that ${group} tries again, the original bytes`,
    });
  });
}
