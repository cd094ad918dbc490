import { type MessageHistory, nameOf } from './message-history.js';
import { type Observed } from './observed.js';
import { Findings, type Verdict } from './verdict.js';

/** I5: each message and each poisoned record has one ending; what was refused for good has none. */
export function checkEndings(histories: readonly MessageHistory[], { rows, records, deadLetters, poison }: Observed): Verdict {
  const findings = new Findings();
  const endings = {
    stored: new Set(rows.map(({ messageId }) => messageId)),
    rejected: new Set(records.filter(({ type }) => type === 'message.rejected').map(({ messageId }) => messageId)),
    'a dead letter': new Set(deadLetters.filter(({ isResolved }) => !isResolved).map(({ messageId }) => messageId)),
  };
  const byClientId = new Map(rows.map(({ tenant, clientMessageId, messageId }) => [`${tenant}/${clientMessageId}`, messageId]));
  for (const history of histories) {
    const name = nameOf(history);
    const id = [...history.messageIds][0] ?? byClientId.get(name);
    const found = Object.entries(endings).flatMap(([ending, ids]) => (id !== undefined && ids.has(id) ? [ending] : []));
    const told = found.join(' and ') || 'nothing';
    if (history.takenAt !== undefined) findings.look(found.length === 1, () => `${name} was accepted and became ${told}`);
    else if (history.isRefused) findings.look(found.length === 0, () => `${name} was refused and became ${told}`);
    else findings.look(found.length <= 1, () => `${name} became ${told}`);
  }
  for (const { what, topic, partition, offset } of poison) {
    const letters = deadLetters.filter((letter) => letter.topic === topic && letter.partition === partition && letter.offset === offset);
    const ids = new Set(letters.map(({ deadLetterId }) => deadLetterId));
    findings.look(ids.size === 1, () => `${what} at ${topic}/${partition}/${offset} became ${ids.size} dead letters`);
    findings.look(
      letters.every(({ code }) => code !== ''),
      () => `the dead letter of ${what} at ${topic}/${partition}/${offset} says no cause`,
    );
  }
  return findings.verdict('I5');
}
