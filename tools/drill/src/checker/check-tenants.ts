import { type Observed } from './observed.js';
import { Findings, type Verdict } from './verdict.js';

/** The tenant whose sender wrote a text. */
const authorOf = (text: string): string => text.slice(0, text.indexOf(':'));

/** I4: no page, row, record or list of one tenant has anything of another; a foreign id answers like one that nobody has; no secret is in any output. */
export function checkTenants(observed: Observed): Verdict {
  const findings = new Findings();
  const { owners } = observed;
  for (const { tenant, conversation, messages } of observed.shown) {
    for (const { messageId, text } of messages) {
      findings.look(authorOf(text) === tenant, () => `${tenant} is shown ${messageId} of ${authorOf(text)} in ${conversation}`);
    }
  }
  for (const { tenant, conversations } of observed.listed) {
    for (const id of conversations)
      findings.look(owners.get(id) === tenant, () => `${tenant} is shown ${id} of ${owners.get(id)} in its list`);
  }
  for (const { tenant, conversation, text, messageId, place } of observed.rows) {
    const owner = owners.get(conversation);
    findings.look(
      tenant === owner && tenant === authorOf(text),
      () => `${messageId} in ${place} names ${tenant}, its conversation is of ${owner}, its text of ${authorOf(text)}`,
    );
  }
  const poison = new Set(observed.poison.map(({ topic, partition, offset }) => `${topic}/${partition}/${offset}`));
  for (const { topic, partition, offset, keyTenant, headerTenant, conversation } of observed.records) {
    if (conversation === undefined || poison.has(`${topic}/${partition}/${offset}`)) continue;
    const owner = owners.get(conversation);
    const named = [headerTenant, keyTenant].filter((tenant) => tenant !== undefined);
    findings.look(
      owner === undefined || (named.length > 0 && named.every((tenant) => tenant === owner)),
      () => `the record at ${topic}/${partition}/${offset} names ${named.join(' and ') || 'no tenant'}, its conversation is of ${owner}`,
    );
  }
  for (const { tenant, owner, path, foreign, absent } of observed.probes) {
    findings.look(
      foreign.status === absent.status && foreign.code === absent.code && foreign.status === 404,
      () =>
        `${tenant} asked for ${path} of ${owner}: ${foreign.status} ${foreign.code}; for one that nobody has: ${absent.status} ${absent.code}`,
    );
  }
  for (const leak of observed.leaks) findings.look(false, () => `the output of ${leak} has an API key in it`);
  return findings.verdict('I4');
}
