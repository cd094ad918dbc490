import { defineStream, type StreamDefinition } from '@caas/data-access-mongo';
import { type ConversationDirectory } from './conversation-directory.js';
import { conversations } from './conversations.collection.js';

/** What the directory keeps of a conversation. Summaries and counters, which move with every message, are not among it. */
const KEPT = ['participants', 'type', 'status', 'membership', 'metadata', 'encryption', 'deleted_at'];

/**
 * Makes every process forget who is in a conversation when its members change, whoever changed them: also a migration, an import or a process that died
 * before it could say so. Services invalidate by themselves and at once; this comes after them, and a repeat does no harm.
 */
export function membershipCacheStream({ directory }: { directory: Pick<ConversationDirectory, 'invalidate'> }): StreamDefinition {
  return defineStream({
    name: 'conversation-membership-cache',
    collections: [conversations],
    operations: ['update', 'replace', 'delete'],
    async handle({ operation, tenantId, id, paths }) {
      if (tenantId === undefined) return; // a deletion without its pre-image: the entry ends by itself within seconds
      if (operation === 'update' && !paths.some(isKept)) return;
      await directory.invalidate({ tenantId }, id);
    },
  });
}

function isKept(path: string): boolean {
  return KEPT.some((field) => path === field || path.startsWith(`${field}.`));
}
