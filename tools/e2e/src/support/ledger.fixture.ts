import { expect } from '@jest/globals';
import { type ApiClient, type SpecMessage, type SpecUser } from './api-client.fixture.js';
import { waitUntil } from '@caas/testing/processes';

/** What senders were told, by client id: the ledger that the store is held against. */
export interface Ledger {
  readonly accepted: string[];
  readonly refused: { readonly id: string; readonly status: number }[];
}

export interface Sending {
  readonly members: readonly SpecUser[];
  readonly conversationId: string;
  readonly stop: AbortSignal;
  /** Filled while it goes on, for who wants to look. */
  readonly ledger?: Ledger;
}

/** Every member sends one message after the other until told to stop. A refused one is not sent again. */
export async function sendUntil(
  api: ApiClient,
  { members, conversationId, stop, ledger = { accepted: [], refused: [] } }: Sending,
): Promise<Ledger> {
  await Promise.all(
    members.map(async (member, sender) => {
      for (let index = 0; !stop.aborted; index += 1) {
        const id = `${sender}-${index}`;
        const { status } = await api.as(member).send(conversationId, id, { clientMessageId: id });
        if (status === 202) ledger.accepted.push(id);
        else ledger.refused.push({ id, status });
      }
    }),
  );
  return ledger;
}

/** The stored messages, once every accepted one is among them. */
export function settled(api: ApiClient, conversationId: string, ledger: Ledger): Promise<SpecMessage[]> {
  return waitUntil(
    'every accepted message is stored',
    async () => {
      const stored = await api.history(conversationId);
      const ids = new Set(stored.map(({ client_message_id }) => client_message_id));
      return ledger.accepted.every((id) => ids.has(id)) ? stored : undefined;
    },
    { timeoutMs: 60_000, everyMs: 500 },
  );
}

/** Nothing is stored twice, sequences rise, and what one sender was told is accepted keeps its order. */
export function expectIntact(stored: readonly SpecMessage[], ledger: Ledger): void {
  const ids = stored.map(({ client_message_id }) => client_message_id ?? '');
  expect(new Set(ids).size).toBe(ids.length);
  const sequences = stored.map(({ sequence }) => sequence ?? 0);
  expect(sequences).toEqual([...new Set(sequences)].sort((left, right) => left - right));
  const acceptedIds = new Set(ledger.accepted);
  const orders = new Map<string, number[]>();
  for (const [sender = '', index] of ids.filter((id) => acceptedIds.has(id)).map((id) => id.split('-'))) {
    orders.set(sender, [...(orders.get(sender) ?? []), Number(index)]);
  }
  for (const order of orders.values()) expect(order).toEqual([...order].sort((left, right) => left - right));
}
