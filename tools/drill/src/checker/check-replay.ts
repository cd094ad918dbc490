import { type Observed, type StoredRow } from './observed.js';
import { Findings, type Verdict } from './verdict.js';

/** I6: after everything was handled a second time the rows are the same. */
export function checkReplay({ rows, replayed }: Observed): Verdict {
  if (replayed === undefined) return { invariant: 'I6', violations: [], looked: 0, notApplicable: 'this drill replays nothing' };
  const findings = new Findings();
  const formOf = (row: StoredRow): string =>
    JSON.stringify([row.place, row.tenant, row.conversation, row.sequence, row.clientMessageId, row.text]);
  const before = new Map(rows.map((row) => [row.messageId, formOf(row)]));
  for (const row of replayed) {
    const form = before.get(row.messageId);
    findings.look(form === formOf(row), () => `${row.messageId} ${form === undefined ? 'is new' : 'is another'} after the replay`);
    before.delete(row.messageId);
  }
  for (const id of before.keys()) findings.look(false, () => `${id} is gone after the replay`);
  findings.look(replayed.length === rows.length, () => `${rows.length} rows became ${replayed.length}`);
  return findings.verdict('I6');
}
