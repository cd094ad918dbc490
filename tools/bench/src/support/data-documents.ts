import { newId, type TenantId } from '@caas/schema';
import { MESSAGE } from './chat.js';

type Row = Record<string, unknown>;

/** A message as a service hands it to its repository. */
export function messageRow(conversationId: string, sequence: number): Row & { message_id: string } {
  const at = new Date();
  return {
    message_id: newId('msg'),
    conversation_id: conversationId,
    sequence,
    sender: {
      kind: 'user',
      user_id: newId('usr'),
      external_user_id: 'bench-sender',
      display_name: 'Bench Sender',
      avatar_url: null,
      device_id: null,
      bot_id: null,
    },
    content: { type: 'text', text: MESSAGE.content.text },
    thread: { root_message_id: null, parent_message_id: null, reply_count: 0, last_reply_at: null, last_repliers: [] },
    forwarded: null,
    reactions_summary: { total_count: 0, by_emoji: {} },
    delivery: { status: 'sent', sent_at: at, failed_reason: null },
    edit: { is_edited: false, edited_at: null, edit_count: 0, original: null, history: [] },
    deletion: null,
    metadata: { client_message_id: newId('msg'), event_id: newId('evt'), reply_to_story_id: null, flags: [], custom: MESSAGE.metadata },
    expires_at: null,
  };
}

/** A group with its members as a service hands it to its repository. */
export function conversationRow(members: readonly string[]): Row & { conversation_id: string } {
  const at = new Date();
  const [owner = newId('usr')] = members;
  return {
    conversation_id: newId('conv'),
    type: 'group',
    direct_key: null,
    membership: 'embedded',
    participants: members.map((userId, index) => ({
      user_id: userId,
      external_user_id: `bench-${index}`,
      display_name: `Bench ${index}`,
      avatar_url: null,
      role: index === 0 ? 'owner' : 'member',
      permissions: null,
      status: 'active',
      settings: {
        muted: false,
        muted_until: null,
        pinned: false,
        pinned_at: null,
        archived: false,
        archived_at: null,
        notifications: 'all',
      },
      joined_at: at,
      invited_by: null,
      left_at: null,
      removed_at: null,
      joined_sequence: 0,
    })),
    metadata: { name: 'Bench', description: null, avatar_url: null, theme: null, settings: null, custom: null },
    channel: null,
    created_by: owner,
    last_sequence: 0,
    last_message: null,
    last_activity_at: at,
    pinned_messages: [],
    stats: { message_count: 0, media_count: 0, file_count: 0, participant_count: members.length },
    encryption: { enabled: false, protocol: null, group_key_id: null, key_version: 0, last_key_rotation_at: null },
    status: 'active',
  };
}

/** The same document as it lies in the store, for a driver that nothing does this for. */
export function stored(row: Row, { idField, tenantId }: { idField: string; tenantId: TenantId }): Row & { _id: string } {
  const { [idField]: id, ...rest } = row;
  const at = new Date();
  return { _id: String(id), ...rest, tenant_id: tenantId, created_at: at, updated_at: at, deleted_at: null, deleted_by: null, __v: 0 };
}
