import { type ForeignProbe, type ShownConversation, type ShownMessage } from '../checker/observed.js';
import { type GatewayClient } from '../load/gateway-client.js';
import { type Scene } from '../load/scene.js';

interface Page<Item> {
  readonly data: readonly Item[];
  readonly page: { readonly next_cursor: string | null };
}

interface MessageItem {
  readonly message_id: string;
  readonly client_message_id: string | null;
  readonly sequence: number | null;
  readonly content: { readonly text?: string } | null;
  readonly sender: { readonly user_id: string | null };
}

const PAGE = 100;
/** More pages than any list of a drill has: a cursor that runs in circles must not keep the drill for ever. */
const PAGES_MAX = 2_000;

/** Every page of a list. Rejects when one is refused. */
async function readAll<Item>(client: GatewayClient, url: string): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const separator = url.includes('?') ? '&' : '?';
    const next: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const answer: { status: number; body: Page<Item> } = await client.call<Page<Item>>('GET', `${url}${separator}limit=${PAGE}${next}`);
    if (answer.status !== 200) throw new Error(`GET ${url} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    items.push(...answer.body.data);
    cursor = answer.body.page.next_cursor;
    if (cursor === null) return items;
  }
  throw new Error(`GET ${url} has no end`);
}

/** What a tenant sees of its conversations, in ascending order. */
export async function readShown(scenes: readonly Scene[], gateway: string): Promise<ShownConversation[]> {
  const shown: ShownConversation[] = [];
  for (const { tenant, client, conversations } of scenes) {
    for (const conversation of conversations) {
      const items = await readAll<MessageItem>(client, `${gateway}/v1/conversations/${conversation}/messages?order=asc`);
      shown.push({ tenant: tenant.alias, conversation, messages: items.map(toShown) });
    }
  }
  return shown;
}

function toShown({ message_id, client_message_id, sequence, content, sender }: MessageItem): ShownMessage {
  return { messageId: message_id, clientMessageId: client_message_id, sequence, sender: sender.user_id, text: content?.text ?? '' };
}

/** The conversations of this run that each tenant's own list has. */
export async function readListed(
  scenes: readonly Scene[],
  { gateway, owners }: { gateway: string; owners: ReadonlyMap<string, string> },
): Promise<{ tenant: string; conversations: string[] }[]> {
  return Promise.all(
    scenes.map(async ({ tenant, client }) => {
      const items = await readAll<{ conversation_id: string }>(client, `${gateway}/v1/conversations`);
      return { tenant: tenant.alias, conversations: items.map(({ conversation_id }) => conversation_id).filter((id) => owners.has(id)) };
    }),
  );
}

/** Every tenant asks for a conversation, its messages and a message of every other one, and for ones that nobody has. */
export async function probeForeign(
  scenes: readonly Scene[],
  shown: readonly ShownConversation[],
  gateway: string,
): Promise<ForeignProbe[]> {
  const probes: ForeignProbe[] = [];
  for (const { tenant, client } of scenes) {
    const ask = async (path: string): Promise<{ status: number; code: string }> => {
      const { status, body } = await client.call<{ code?: string }>('GET', `${gateway}${path}`);
      return { status, code: body.code ?? '' };
    };
    for (const owner of scenes.filter((scene) => scene.tenant !== tenant)) {
      const [conversation = ''] = owner.conversations;
      const message = shown.find((one) => one.conversation === conversation)?.messages[0]?.messageId;
      const paths = [`/v1/conversations/${conversation}`, `/v1/conversations/${conversation}/messages`];
      if (message !== undefined) paths.push(`/v1/messages/${message}`);
      for (const path of paths) {
        probes.push({ tenant: tenant.alias, owner: owner.tenant.alias, path, foreign: await ask(path), absent: await ask(absentOf(path)) });
      }
    }
  }
  return probes;
}

/** The same path with an id that nobody has. */
function absentOf(path: string): string {
  return path.replace(/(conv|msg)_[0-9a-z]{26}/, (id) => `${id.slice(0, -4)}0000`);
}
