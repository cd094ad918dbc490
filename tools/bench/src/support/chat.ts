import { requestBytes } from './http-load.js';
import { type BenchTenant, type Server } from './system.js';

/** The message that every load sends: about 600 bytes of JSON. */
export const MESSAGE = {
  type: 'text',
  content: { text: 'The quick brown fox jumps over the lazy dog. '.repeat(10).trim() },
  metadata: { source: 'bench', tags: ['a', 'b', 'c'], trace: 'c0ffee00-0000-7000-8000-000000000000' },
};

const CONVERSATIONS = 16;

/** Users and conversations to send into. */
export interface Chat {
  readonly conversations: readonly { readonly conversationId: string; readonly userId: string }[];
  /** One request per conversation. */
  readonly sends: readonly Buffer[];
  get(path: string): Promise<Response>;
  /** Resolves when everything that was sent before is stored. */
  settle(): Promise<void>;
}

/** Makes users and conversations through the gateway. */
export async function prepareChat({ target }: Server, { apiKey }: BenchTenant): Promise<Chat> {
  const url = `http://${target.host}:${target.port}`;
  const post = async (path: string, body: object, more: Record<string, string> = {}): Promise<Record<string, string>> => {
    const headers = { 'x-api-key': apiKey, 'content-type': 'application/json', ...more };
    const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Record<string, string>;
  };
  const user = async (name: string): Promise<string> => {
    const created = await post('/v1/users', { external_id: `${name}-${Date.now()}`, display_name: name });
    return created['user_id'] ?? '';
  };
  const reader = await user('reader');
  const conversations = await Promise.all(
    Array.from({ length: CONVERSATIONS }, async (_, index) => {
      const userId = await user(`sender-${index}`);
      const { conversation_id = '' } = await post('/v1/conversations', { type: 'direct', member_ids: [userId, reader] });
      return { conversationId: conversation_id, userId };
    }),
  );
  const sends = conversations.map(({ conversationId, userId }) =>
    requestBytes('POST', `/v1/conversations/${conversationId}/messages`, {
      headers: { 'x-api-key': apiKey, 'x-act-as-user': userId },
      body: MESSAGE,
    }),
  );
  /** A message is stored after all that came before it in its conversation. */
  const settle = async (): Promise<void> => {
    const stored = async ({ conversationId, userId }: (typeof conversations)[number]): Promise<boolean> => {
      const path = `/v1/conversations/${conversationId}/messages`;
      const { status } = await post(path, MESSAGE, { 'x-act-as-user': userId, prefer: 'wait=10' });
      return status !== 'accepted';
    };
    for (const conversation of conversations) while (!(await stored(conversation)));
  };
  return { conversations, sends, settle, get: (path) => fetch(url + path, { headers: { 'x-api-key': apiKey } }) };
}
