import { forEachTenant, type Stage } from '@caas/messaging-kafka';
import { type UserReader } from '@caas/identity';
import { type TenantContext } from '@caas/runtime';
import { reaches } from '../../conversations/conversation-actions.js';
import { memberOf } from '../../conversations/conversation-rules.js';
import { type MessageContent, MENTIONS_MAX } from '../message-content.js';
import { withoutMarkup } from '../plain-text.js';
import { refitted } from '../said-text.js';
import { factsOfText, usernamesOf } from '../text-facts.js';
import { type MessageItem } from './message-item.js';

type Mention = NonNullable<Extract<MessageContent, { type: 'text' }>['mentions']>[number];

/** Names that stand for everyone in the conversation. */
const EVERYONE = new Set(['everyone', 'here']);

/**
 * Makes what a message says ready to be stored: text without markup, spans that still fit, mentions of members only, and what the text holds.
 * A ciphertext is opaque and stays as it is. Names after an `@` are looked up when nobody was mentioned explicitly: one query for all of a batch.
 */
export function transformStage({ users }: { users: Pick<UserReader, 'findByUsernames'> }): Stage<MessageItem> {
  return {
    name: 'transform',
    process: (items) =>
      forEachTenant(items, async (tenant, group) => {
        for (const item of group) transform(item);
        const asking = group.filter(
          ({ content }) => content?.type === 'text' && content.mentions === undefined && content.text.includes('@'),
        );
        if (asking.length > 0) await mentionByName(tenant, asking, users);
      }),
  };
}

function transform(item: MessageItem): void {
  const { content } = item;
  if (content === undefined || !('text' in content) || content.text === undefined) return;
  const text = withoutMarkup(content.text);
  const changed = text !== content.text;
  if (content.type === 'text' && (changed || content.mentions !== undefined)) item.say(refit(item, content, text));
  else if (changed) item.say({ ...content, text });
  const facts = factsOfText(text);
  if (item.work.kind === 'sent') item.work.message.text = facts;
  else if (item.work.change.kind === 'edited') item.work.change.text = facts;
}

/** The content with another text: a span moves to where its words are now, and goes when they are gone. */
function refit(item: MessageItem, content: Extract<MessageContent, { type: 'text' }>, text: string): MessageContent {
  const { mentions, formatting, ...rest } = content;
  const kept = mentions?.filter((mention) => mayMention(item, mention.user_id));
  return {
    ...rest,
    text,
    ...(kept === undefined ? {} : { mentions: refitted(kept, content.text, text) }),
    ...(formatting === undefined ? {} : { formatting: refitted(formatting, content.text, text) }),
  };
}

/** Members mention members; everyone at once is for admins. */
function mayMention({ conversation, member }: MessageItem, userId: string): boolean {
  if (userId === 'everyone') return member !== undefined && reaches(member.role, 'mention_everyone');
  return conversation !== undefined && memberOf(conversation, userId) !== undefined;
}

async function mentionByName(
  tenant: TenantContext,
  items: readonly MessageItem[],
  users: Pick<UserReader, 'findByUsernames'>,
): Promise<void> {
  const named = items.map((item) => ({ item, names: item.content?.type === 'text' ? usernamesOf(item.content.text) : [] }));
  const asked = [...new Set(named.flatMap(({ names }) => names.map(({ name }) => name.toLowerCase())))].filter(
    (name) => !EVERYONE.has(name),
  );
  const found = asked.length === 0 ? new Map<string, string>() : await users.findByUsernames(tenant, asked);
  for (const { item, names } of named) {
    const mentions = names.flatMap(({ name, offset, length }): Mention[] => {
      const userId = EVERYONE.has(name.toLowerCase()) ? 'everyone' : found.get(name.toLowerCase());
      if (userId === undefined || !mayMention(item, userId)) return [];
      return [{ user_id: userId, display_name: item.conversation?.members[userId]?.displayName ?? name, offset, length }];
    });
    if (mentions.length > 0 && item.content?.type === 'text') item.say({ ...item.content, mentions: mentions.slice(0, MENTIONS_MAX) });
  }
}
