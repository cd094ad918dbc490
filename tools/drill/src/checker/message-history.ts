import { type Entry, type Intent, isRefusedForGood, isTaken, type Outcome } from '../ledger/entry.js';

/** One message through all its tries, as the ledger has it. */
export interface MessageHistory {
  readonly tenant: string;
  readonly conversation: string;
  readonly sender: string;
  readonly message: string;
  /** Position in the ledger of the first intent. */
  readonly askedAt: number;
  /** Position in the ledger of the first 2xx; absent when there was none. */
  readonly takenAt?: number;
  /** Ids that callers were told, each once. */
  readonly messageIds: ReadonlySet<string>;
  /** Every try was answered 4xx: the message must be nowhere. */
  readonly isRefused: boolean;
}

/** Ids of senders are scoped to their tenant, so the same one of another tenant is another message. */
export const nameOf = ({ tenant, message }: Pick<Intent, 'tenant' | 'message'>): string => `${tenant}/${message}`;

/** The messages of a ledger in the order of their first intents. */
export function historiesOf(entries: readonly Entry[]): MessageHistory[] {
  const found = new Map<string, { intent: Intent; askedAt: number; takenAt?: number; ids: Set<string>; tries: number; refused: number }>();
  const intents = new Map<number, Intent>();
  entries.forEach((entry, position) => {
    if (entry.kind === 'intent') {
      intents.set(entry.attempt, entry);
      const known = found.get(nameOf(entry));
      if (known === undefined) found.set(nameOf(entry), { intent: entry, askedAt: position, ids: new Set(), tries: 1, refused: 0 });
      else known.tries += 1;
      return;
    }
    const intent = intents.get(entry.attempt);
    const history = intent && found.get(nameOf(intent));
    if (history === undefined) throw new Error(`The ledger has an outcome of try ${entry.attempt} and no intent.`);
    note(history, entry, position);
  });
  return [...found.values()].map(({ intent: { tenant, conversation, sender, message }, askedAt, takenAt, ids, tries, refused }) => ({
    ...{ tenant, conversation, sender, message, askedAt, messageIds: ids, isRefused: tries === refused },
    ...(takenAt === undefined ? {} : { takenAt }),
  }));
}

function note(history: { takenAt?: number; ids: Set<string>; refused: number }, outcome: Outcome, position: number): void {
  if (isRefusedForGood(outcome)) history.refused += 1;
  if (!isTaken(outcome)) return;
  history.takenAt ??= position;
  if (outcome.messageId !== undefined) history.ids.add(outcome.messageId);
}
