import { type MessageHistory } from './message-history.js';
import { type Observed } from './observed.js';
import { Findings, type Verdict } from './verdict.js';

/** I1: every message that was accepted is stored and shown, unless the pipeline told that it was rejected or put it aside; I5 looks at those. */
export function checkLost(histories: readonly MessageHistory[], { rows, shown, records, deadLetters }: Observed): Verdict {
  const findings = new Findings();
  const stored = new Set(rows.map(({ messageId }) => messageId));
  const visible = new Set(shown.flatMap(({ messages }) => messages.map(({ messageId }) => messageId)));
  const aside = new Set([
    ...records.filter(({ type }) => type === 'message.rejected').map(({ messageId }) => messageId),
    ...deadLetters.filter(({ isResolved }) => !isResolved).map(({ messageId }) => messageId),
  ]);
  for (const { tenant, message, messageIds, takenAt } of histories) {
    if (takenAt === undefined) continue;
    for (const id of messageIds) {
      if (aside.has(id)) continue;
      findings.look(stored.has(id), () => `${tenant}/${message} (${id}) was accepted and is not stored`);
      findings.look(visible.has(id), () => `${tenant}/${message} (${id}) was accepted and is not shown`);
    }
  }
  return findings.verdict('I1');
}
