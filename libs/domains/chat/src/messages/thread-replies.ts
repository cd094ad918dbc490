import { type Mongo } from '@caas/data-access-mongo';
import { groupBy, type TenantContext } from '@caas/runtime';
import { type PlacedMessage } from './message-document.js';
import { messages } from './messages.collection.js';

const REPLIERS_MAX = 3;

/** Counts new replies on the roots of their threads: once, because only messages that the insert reported as new are given. Without replies nothing is asked. */
export async function countReplies(mongo: Mongo, tenant: TenantContext, added: readonly PlacedMessage[]): Promise<void> {
  const replies = groupBy(
    added.filter(({ message }) => message.rootMessageId !== null),
    ({ message }) => message.rootMessageId ?? '',
  );
  if (replies.size === 0) return;
  const repository = mongo.forTenant(tenant).repository(messages);
  const roots = await repository.findExisting([...replies.keys()], ['thread']);
  await repository.updateManyById(
    [...replies].map(([id, group]) => {
      const repliers = [...(roots.get(id)?.thread.last_repliers ?? []), ...group.flatMap(({ message }) => message.senderId ?? [])];
      const lastAt = Math.max(...group.map(({ message }) => message.acceptedAt));
      return {
        id,
        inc: { 'thread.reply_count': group.length },
        set: { 'thread.last_reply_at': new Date(lastAt), 'thread.last_repliers': latest(repliers) },
      };
    }),
  );
}

/** The latest different ones, the latest last. */
const latest = (repliers: readonly string[]): string[] => [...new Set([...repliers].reverse())].slice(0, REPLIERS_MAX).reverse();
