import { type MessageHistory, nameOf } from './message-history.js';
import { type Observed } from './observed.js';
import { Findings, type Verdict } from './verdict.js';

const MESSAGE_SENT = 'message.sent';

/**
 * I3: sequences rise from page to page; what one sender asked for after it had been told of an earlier message comes after that one; and the numbers
 * follow the order of the log. What was a dead letter and was replayed has no place in the order any more: it comes when somebody brings it back.
 */
export function checkOrder(histories: readonly MessageHistory[], observed: Observed): Verdict {
  const findings = new Findings();
  for (const { conversation, messages } of observed.shown) {
    messages.forEach(({ messageId, sequence }, index) => {
      const before = messages[index - 1];
      const rises = sequence !== null && (before === undefined || sequence > (before.sequence ?? Infinity));
      findings.look(rises, () => `${conversation}: ${messageId} with sequence ${sequence} comes after ${before?.sequence ?? 'nothing'}`);
    });
  }
  const broughtBack = new Set(observed.deadLetters.filter(({ isResolved }) => isResolved).map(({ messageId }) => messageId));
  const sequences = new Map(
    observed.rows.filter(({ messageId }) => !broughtBack.has(messageId)).map(({ messageId, sequence }) => [messageId, sequence]),
  );
  checkSenders(findings, histories, sequences);
  checkLog(findings, observed, sequences);
  return findings.verdict('I3');
}

/** A later question may not overtake an answer: of what was taken before it was asked, nothing has a higher number. */
function checkSenders(findings: Findings, histories: readonly MessageHistory[], sequences: ReadonlyMap<string, number>): void {
  for (const group of groupsOf(histories, ({ tenant, conversation, sender }) => `${tenant}/${conversation}/${sender}`)) {
    const numbered = group.flatMap((history) => {
      const [id] = history.messageIds;
      const sequence = id === undefined ? undefined : sequences.get(id);
      return sequence === undefined || history.takenAt === undefined ? [] : [{ history, sequence, takenAt: history.takenAt }];
    });
    const taken = [...numbered].sort((left, right) => left.takenAt - right.takenAt);
    let next = 0;
    let highest: { history: MessageHistory; sequence: number } | undefined;
    for (const { history, sequence } of numbered.sort((left, right) => left.history.askedAt - right.history.askedAt)) {
      for (let one = taken[next]; one !== undefined && one.takenAt < history.askedAt; one = taken[(next += 1)]) {
        if (highest === undefined || one.sequence > highest.sequence) highest = one;
      }
      const before = highest;
      findings.look(
        before === undefined || sequence > before.sequence,
        () => `${nameOf(history)} has sequence ${sequence}, and ${before?.history.message} that was told before has ${before?.sequence}`,
      );
    }
  }
}

/** Numbers are given in the order of the partition; of a message that stands there twice the first place counts. */
function checkLog(findings: Findings, { records }: Observed, sequences: ReadonlyMap<string, number>): void {
  const sent = records.filter(
    ({ type, messageId, conversation }) => type === MESSAGE_SENT && messageId !== undefined && conversation !== undefined,
  );
  for (const group of groupsOf(sent, ({ topic, partition, conversation }) => `${topic}/${partition}/${conversation}`)) {
    const seen = new Set<string>();
    let last: { messageId: string; sequence: number } | undefined;
    for (const { messageId = '', offset } of group.sort((left, right) => left.offset - right.offset)) {
      const sequence = sequences.get(messageId);
      if (seen.has(messageId) || sequence === undefined) continue;
      seen.add(messageId);
      const before = last;
      findings.look(
        before === undefined || sequence > before.sequence,
        () => `${messageId} at offset ${offset} has sequence ${sequence}, after ${before?.messageId} with ${before?.sequence}`,
      );
      last = { messageId, sequence };
    }
  }
}

function groupsOf<Item>(items: readonly Item[], nameOfGroup: (item: Item) => string): Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const name = nameOfGroup(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
