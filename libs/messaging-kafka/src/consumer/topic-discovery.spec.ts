import { describe, expect, it } from '@jest/globals';
import { aTenant, aTopic } from '../fixtures/kafka.fixture.js';
import { internalDlq } from '../dead-letters/internal-dlq.js';
import { requireTopics, topicsOf } from './topic-discovery.js';

const topic = aTopic();
const { tenantId } = aTenant('pro');

describe('topicsOf', () => {
  it('finds the shared and the dedicated topics of a family, and nothing of others', () => {
    const existing = [
      `${topic.family}.${tenantId}`,
      `${topic.family}.shared`,
      `${topic.family}x.shared`,
      'internal.dlq',
      '__consumer_offsets',
      topic.family,
    ];

    expect(topicsOf([topic], existing)).toEqual([`${topic.family}.shared`, `${topic.family}.${tenantId}`].sort());
    expect(topicsOf([internalDlq], existing)).toEqual(['internal.dlq']);
  });
});

describe('requireTopics', () => {
  it('names the families that have no topic yet', () => {
    expect(() => requireTopics([topic, internalDlq], ['internal.dlq'])).toThrow(`There is no topic of ${topic.family} yet.`);
    expect(() => requireTopics([internalDlq], ['internal.dlq'])).not.toThrow();
  });
});
