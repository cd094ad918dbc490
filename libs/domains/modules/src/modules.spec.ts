import { describe, expect, it } from '@jest/globals';
import { modules } from './index.js';

describe('the modules', () => {
  it('own every collection and topic once', () => {
    expect(modules.collections.map(({ name }) => name)).toEqual([
      'saas_clients',
      'tenant_operations',
      'applications',
      'api_keys',
      'users',
      'conversations',
      'messages',
    ]);
    expect(modules.topics.map(({ family }) => family)).toEqual(['chat.messages', 'chat.events', 'internal.dlq']);
  });
});
