import { type RedisAccess, type TenantNotes } from '@caas/data-access-redis';
import { type TenantContext } from '@caas/runtime';
import { type MessageResource } from './messages.resource.js';

type Tenant = Pick<TenantContext, 'tenantId'>;

/** How long an accepted message is known without being stored; a backlog of the worker longer than that leaves a gap. */
const ACCEPTED_MS = 300_000;
/** How long the sender of a rejected message can ask why. */
const REJECTED_MS = 86_400_000;
/** A stored message is read from the store; for this long also by a reader who looked there just before. */
const STORED_MS = 10_000;

/**
 * Accepted messages that may not be stored yet, and rejected ones: what lets a sender read, edit, delete, react and reply at once. Written behind the
 * acknowledgement without waiting, so a send costs no round trip; with Redis away such a message is known only once it is stored.
 */
export class RecentMessages {
  readonly #notes: TenantNotes;

  constructor({ redis }: { redis: Pick<RedisAccess, 'tenantNotes'> }) {
    this.#notes = redis.tenantNotes('message');
  }

  /** Knows a message as it was accepted, or as it will be after an accepted change. */
  accepted({ tenantId }: Tenant, message: MessageResource): void {
    this.#notes.write(tenantId, message.message_id, { text: JSON.stringify(message), ttlMs: ACCEPTED_MS });
  }

  rejected({ tenantId }: Tenant, message: MessageResource): void {
    this.#notes.write(tenantId, message.message_id, { text: JSON.stringify(message), ttlMs: REJECTED_MS });
  }

  /** These messages are in the store now. */
  stored({ tenantId }: Tenant, messageIds: readonly string[]): void {
    this.#notes.shorten(tenantId, messageIds, STORED_MS);
  }

  async find({ tenantId }: Tenant, messageId: string): Promise<MessageResource | undefined> {
    const [text] = await this.#notes.read(tenantId, [messageId]);
    return text === undefined ? undefined : (JSON.parse(text) as MessageResource);
  }
}
