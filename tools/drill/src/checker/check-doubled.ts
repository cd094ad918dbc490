import { type MessageHistory, nameOf } from './message-history.js';
import { type Observed } from './observed.js';
import { Findings, type Verdict } from './verdict.js';

/** I2: one id a message, one row an id, shown once, one number a message. */
export function checkDoubled(histories: readonly MessageHistory[], { rows, shown }: Observed): Verdict {
  const findings = new Findings();
  for (const history of histories) {
    if (history.messageIds.size === 0) continue;
    findings.look(history.messageIds.size === 1, () => `${nameOf(history)} was told ${history.messageIds.size} different ids`);
  }
  once(
    findings,
    rows.map(({ messageId, place }) => ({ name: messageId, where: place })),
    'is stored',
  );
  once(
    findings,
    rows.map(({ tenant, clientMessageId, messageId, place }) => ({ name: `${tenant}/${clientMessageId ?? messageId}`, where: place })),
    'is stored',
  );
  for (const { conversation, messages } of shown) {
    once(
      findings,
      messages.map(({ messageId }) => ({ name: messageId, where: conversation })),
      'is shown',
    );
    once(
      findings,
      messages.map(({ sequence }) => ({ name: `sequence ${sequence}`, where: conversation })),
      'is given',
    );
  }
  return findings.verdict('I2');
}

function once(findings: Findings, things: readonly { readonly name: string; readonly where: string }[], verb: string): void {
  const seen = new Map<string, string>();
  for (const { name, where } of things) {
    const before = seen.get(name);
    findings.look(before === undefined, () => `${name} ${verb} twice, in ${before} and in ${where}`);
    seen.set(name, where);
  }
}
