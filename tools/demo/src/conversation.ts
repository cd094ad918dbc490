import { type GatewayClient } from './gateway-client.js';
import { type Author } from './history.js';

/** A message as the API shows it, the fields that the demo reads. */
export interface ApiMessage {
  readonly message_id: string;
  readonly sequence: number;
  readonly client_message_id: string | null;
}

interface ApiConversation {
  readonly conversation_id: string;
  readonly metadata: { readonly demo_root?: string; readonly demo_authors?: string } | null;
}

interface ApiPage<Item> {
  readonly data: readonly Item[];
  readonly page: { readonly next_cursor: string | null };
}

/** The conversation of a repository and who is in it. */
export interface DemoConversation {
  readonly conversationId: string;
  /** Whether an author has a user of their own in it. */
  readonly isCast: (author: Author) => boolean;
}

const PAGE = 100;

/** The conversation of an earlier run about the same repository. */
export async function findConversation(client: GatewayClient, root: string): Promise<DemoConversation | undefined> {
  for await (const page of pages<ApiConversation>(client, '/v1/conversations')) {
    const found = page.find(({ metadata }) => metadata?.demo_root === root);
    if (found !== undefined) return toConversation(found.conversation_id, found.metadata?.demo_authors ?? '');
  }
  return undefined;
}

/** A new group about a repository. */
export async function createConversation(
  client: GatewayClient,
  group: { name: string; root: string; members: readonly string[]; authors: readonly Author[] },
): Promise<DemoConversation> {
  const authors = group.authors.map(markOf).join(' ');
  const body = {
    type: 'group',
    name: [...group.name].slice(0, PAGE).join(''),
    member_ids: group.members,
    metadata: { demo_root: group.root, demo_authors: authors },
  };
  const { conversation_id } = (await client.call<ApiConversation>('POST', '/v1/conversations', { body, expected: [201] })).body;
  return toConversation(conversation_id, authors);
}

function toConversation(conversationId: string, authors: string): DemoConversation {
  const cast = new Set(authors.split(' '));
  return { conversationId, isCast: (author) => cast.has(markOf(author)) };
}

/** A short form of an author, so that 99 of them fit into a conversation's metadata. */
const markOf = ({ externalId }: Author): string => externalId.slice(0, 20);

/** Every stored message of a conversation by sequence, page by page. */
export function readMessages(client: GatewayClient, conversationId: string): AsyncGenerator<readonly ApiMessage[]> {
  return pages<ApiMessage>(client, `/v1/conversations/${conversationId}/messages`, 'order=asc&');
}

async function* pages<Item>(client: GatewayClient, path: string, query = ''): AsyncGenerator<readonly Item[]> {
  let cursor: string | null = null;
  do {
    const at: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await client.call<ApiPage<Item>>('GET', `${path}?${query}limit=${PAGE}${at}`, { expected: [200] });
    yield body.data;
    cursor = body.page.next_cursor;
  } while (cursor !== null);
}
