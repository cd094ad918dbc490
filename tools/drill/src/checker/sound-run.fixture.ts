import { type Entry } from '../ledger/entry.js';
import { type Observed, type StoredRow } from './observed.js';

/** A run in which everything holds, small enough to break by hand. */
export interface SoundRun {
  readonly entries: Entry[];
  readonly observed: Observed;
}

const TENANTS = ['a', 'b'] as const;
const idOf = (tenant: string, index: number): string => `msg_${tenant}${index}`;

/** Two tenants with equal client ids; each has one sender, one conversation and messages 0, 1 and 2, accepted one after the other. */
export function aSoundRun(changes: Partial<Observed> = {}): SoundRun {
  const entries: Entry[] = [];
  const rows: StoredRow[] = [];
  for (const tenant of TENANTS) {
    for (const index of [0, 1, 2]) {
      const attempt = entries.length;
      const message = `m-${index}`;
      entries.push({ kind: 'intent', attempt, tenant, conversation: `conv_${tenant}`, sender: 'ada', message });
      entries.push({ kind: 'outcome', attempt, status: 202, messageId: idOf(tenant, index), elapsedMs: 1 });
      rows.push({
        tenant,
        place: 'caas_shared.messages',
        messageId: idOf(tenant, index),
        conversation: `conv_${tenant}`,
        sequence: index + 1,
        clientMessageId: message,
        text: `${tenant}: ${message}`,
      });
    }
  }
  const observed: Observed = {
    shown: TENANTS.map((tenant) => ({
      tenant,
      conversation: `conv_${tenant}`,
      messages: rows.filter((row) => row.tenant === tenant).map((row) => ({ ...row, sender: 'ada' })),
    })),
    listed: TENANTS.map((tenant) => ({ tenant, conversations: [`conv_${tenant}`] })),
    owners: new Map(TENANTS.map((tenant) => [`conv_${tenant}`, tenant])),
    rows,
    records: rows.map(({ messageId, conversation, tenant }, offset) => ({
      ...{ topic: 'chat.messages.shared', partition: 0, offset, type: 'message.sent' },
      ...{ eventId: `evt_${offset}`, keyTenant: tenant, headerTenant: tenant, messageId, conversation },
    })),
    deadLetters: [],
    probes: [aProbe('a', 'b', 404)],
    poison: [],
    quotas: TENANTS.map((tenant) => ({ tenant, counted: 3, held: 0, rows: 3 })),
    replayed: rows,
    leaks: [],
    ...changes,
  };
  return { entries, observed };
}

/** What `tenant` was told about a conversation of `owner`. */
export function aProbe(tenant: string, owner: string, status: number): Observed['probes'][number] {
  const absent = { status: 404, code: 'RES_NOT_FOUND' };
  return { tenant, owner, path: `/v1/conversations/conv_${owner}`, foreign: { ...absent, status }, absent };
}
