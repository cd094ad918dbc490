import { type Mongo } from '@caas/data-access-mongo';
import { RateLimitedError, type TenantContext } from '@caas/runtime';
import { messages } from '../messages.collection.js';
import { isSlowed } from '../slow-mode-rule.js';
import { type MessageItem } from './message-item.js';

interface LastSend {
  readonly messageId: string;
  readonly at: number;
}

/** Gateways count the pause themselves, by the clock of Redis: what they let pass is not refused here because their own clocks differ a little. */
const SLACK_MS = 500;

/** Slow mode of one batch: when each sender last sent, by the time of acceptance. Conversations without it are not looked up. */
export class SlowMode {
  readonly #last: Map<string, LastSend>;

  private constructor(last: Map<string, LastSend>) {
    this.#last = last;
  }

  /** One indexed read for each sender of a conversation in slow mode, all at once. */
  static async of(mongo: Mongo, tenant: TenantContext, items: readonly MessageItem[]): Promise<SlowMode> {
    const slowed = new Map<string, MessageItem>();
    for (const item of items) if (item.work.kind === 'sent' && mustPause(item)) slowed.set(keyOf(item), item);
    if (slowed.size === 0) return new SlowMode(new Map());
    const repository = mongo.forTenant(tenant).repository(messages);
    const found = await Promise.all(
      [...slowed].map(async ([key, { conversationId, actorId }]) => {
        const filter = { conversation_id: conversationId, 'sender.user_id': actorId ?? null };
        const [last] = await repository.findMany(filter, { sort: { created_at: -1 }, limit: 1, includeDeleted: true, readFrom: 'primary' });
        return [key, last] as const;
      }),
    );
    return new SlowMode(
      new Map(
        found.flatMap(([key, last]) =>
          last === undefined ? [] : [[key, { messageId: last.message_id, at: last.delivery.sent_at.getTime() }] as const],
        ),
      ),
    );
  }

  /** Throws `RATE_SLOW_MODE` when the sender has to wait; otherwise this message is their last one. */
  take(item: MessageItem): void {
    if (item.work.kind !== 'sent' || !mustPause(item)) return;
    const { messageId, acceptedAt } = item.work.message;
    const last = this.#last.get(keyOf(item));
    const waitMs = (item.conversation?.slowModeSeconds ?? 0) * 1_000;
    if (last !== undefined && last.messageId !== messageId && acceptedAt - last.at < waitMs - SLACK_MS) {
      const retryAfterSeconds = Math.max(1, Math.ceil((last.at + waitMs - acceptedAt) / 1_000));
      throw new RateLimitedError('The conversation is in slow mode.', { code: 'RATE_SLOW_MODE', details: { retryAfterSeconds } });
    }
    this.#last.set(keyOf(item), { messageId, at: acceptedAt });
  }
}

function mustPause({ conversation, member }: MessageItem): boolean {
  return conversation !== undefined && member !== undefined && isSlowed(conversation, member);
}

const keyOf = ({ conversationId, actorId }: MessageItem): string => `${conversationId}:${actorId ?? ''}`;
