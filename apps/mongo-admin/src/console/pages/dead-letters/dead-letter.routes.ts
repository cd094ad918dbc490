import { type DlqMessage } from '@caas/insight';
import { type RecordInspection } from '@caas/messaging-kafka';
import { AppError } from '@caas/runtime';
import { deadLettersOf } from '../../../operations/dead-letters.js';
import { type ConsoleParts } from '../../console-parts.js';
import { type ConsoleRoute, type Visit } from '../../http/console-route.js';
import { mayAct } from '../../roles.js';
import { dataTable, factList } from '../../views/data-table.js';
import { type Fragment, type Html, html } from '../../views/html.js';
import { moment, state } from '../../views/texts.js';
import { changesTable, readableJson } from './changes-table.js';
import { deadLetterPath } from './dead-letters.routes.js';

/** A dead letter against the schema of this release; a text where it cannot be compared. */
interface Comparison {
  readonly now?: RecordInspection;
  /** As it was written first, where there is a correction. */
  readonly original?: RecordInspection;
  readonly failure?: string;
}

/** One dead letter: why it failed, and how it stands to the present schema. What it says is shown to those who may act on it. */
export function deadLetterRoutes({ services }: Pick<ConsoleParts, 'services'>): ConsoleRoute[] {
  return [
    {
      method: 'GET',
      path: '/dead-letters/:id',
      needs: 'platform_viewer',
      handle: async (visit) => {
        const { operator, params } = visit;
        const letters = deadLettersOf(services, operator);
        const row = await letters.get(params['id'] ?? '');
        return deadLetterPage({ row, comparison: await compare(letters, row), visit });
      },
    },
  ];
}

async function compare(letters: ReturnType<typeof deadLettersOf>, { dlq_id: id, correction }: DlqMessage): Promise<Comparison> {
  try {
    const now = await letters.inspect(id);
    return correction === null ? { now } : { now, original: await letters.inspect(id, { original: true }) };
  } catch (error) {
    if (!(error instanceof AppError) || error.status >= 500) throw error;
    return { failure: error.message };
  }
}

/** @internal For its spec. */
export function deadLetterPage({ row, comparison, visit }: { row: DlqMessage; comparison: Comparison; visit: Pick<Visit, 'role'> }): {
  title: string;
  body: Html;
} {
  const mayRead = mayAct(visit.role, 'platform_operator');
  return {
    title: 'Dead letter',
    body: html`<p class="lead">${state(row.status)} <code>${row.dlq_id}</code></p>
      ${actionLinks(row, visit)}
      <section class="card" aria-labelledby="facts">
        <h2 id="facts">Why it is here</h2>
        ${factList(factsOf(row))}
      </section>
      <section aria-labelledby="schema">
        <h2 id="schema">Against the present schema</h2>
        ${schemaView(comparison)}
      </section>
      ${correctionView(row, comparison, mayRead)}
      <section aria-labelledby="attempts">
        <h2 id="attempts">Attempts</h2>
        ${dataTable({
          caption: 'Attempts, the last ones',
          columns: [{ name: 'When', kind: 'main' }, { name: 'Error' }, { name: 'Message' }],
          rows: row.attempts.map(({ at, class: name, message }) => [moment(at), name, message]),
          empty: 'It was not tried again.',
        })}
      </section>
      ${mayRead ? contentView(row, comparison) : html`<p class="quiet">What it says is shown to operators.</p>`}`,
  };
}

function actionLinks({ dlq_id: id, status }: DlqMessage, { role }: Pick<Visit, 'role'>): Fragment {
  const path = deadLetterPath(id);
  const isOpen = status !== 'resolved';
  const links = [
    isOpen && mayAct(role, 'platform_operator') && html`<a class="button" href="${path}/replay">Replay…</a>`,
    isOpen && mayAct(role, 'platform_operator') && html`<a class="button" href="${path}/edit">Correct…</a>`,
    mayAct(role, 'platform_admin') && html`<a class="button risky" href="${path}/delete">Delete…</a>`,
  ];
  return links.some(Boolean) && html`<nav class="actions" aria-label="What can be done">${links}</nav>`;
}

function factsOf(row: DlqMessage): [string, Fragment][] {
  const { error } = row;
  return [
    ['Error', html`${error.class} <small>${error.code}</small>`],
    ['Message', error.message],
    ['Stage', error.stage],
    ['Category', row.category.replaceAll('_', ' ')],
    ['Group', row.consumer_group],
    ['Place', html`<code>${row.topic}/${row.partition}/${row.offset}</code>`],
    ['Event', html`${row.event_type ?? '–'} ${row.event_id !== null && html`<small>${row.event_id}</small>`}`],
    ['Tenant', row.tenant_id !== null && html`<a href="/tenants/${encodeURIComponent(row.tenant_id)}">${row.tenant_id}</a>`],
    ['First failed', moment(row.first_failed_at)],
    ['Failed', moment(row.failed_at)],
    ['Last replayed', moment(row.last_retry_at)],
    ['Resolved', html`${moment(row.resolved_at)} ${row.resolved_by}`],
    ['Kept until', moment(row.expires_at)],
  ];
}

function schemaView({ now, failure }: Comparison): Html {
  if (now === undefined) return html`<p class="notice bad">${failure}</p>`;
  const { subject, schemaId, type, version, currentVersion, problems, unknownFields } = now;
  return html`<p>
      Written with schema ${schemaId ?? 'none'} of ${subject}: ${type ?? 'unknown type'} ${version}; this release has
      ${currentVersion ?? 'no such type'}.
    </p>
    ${
      problems.length === 0
        ? html`<p><span class="badge good">readable</span> This release reads it.</p>`
        : dataTable({
            caption: 'Fields that this release refuses',
            columns: [{ name: 'Field', kind: 'main' }, { name: 'Rule' }, { name: 'What' }],
            rows: problems.map(({ field, code, message }) => [field === '' ? '(value)' : field, code, message]),
            empty: '',
          })
    }
    ${unknownFields.length > 0 && html`<p class="quiet">Unknown here and ignored: ${unknownFields.join(', ')}</p>`}`;
}

function correctionView({ correction }: DlqMessage, { now, original }: Comparison, mayRead: boolean): Fragment {
  if (correction === null) return null;
  const { fields, by, at, reason } = correction;
  return html`<section aria-labelledby="correction">
    <h2 id="correction">Correction</h2>
    <p>By ${by}, ${moment(at)}: ${reason}</p>
    ${mayRead ? changesTable({ fields, before: original?.value, after: now?.value }) : html`<p>Changed: ${fields.join(', ')}</p>`}
  </section>`;
}

function contentView({ headers, raw_value: bytes }: DlqMessage, { now }: Comparison): Html {
  return html`<section aria-labelledby="content">
    <h2 id="content">What it says</h2>
    <details>
      <summary>Headers (${headers.length})</summary>
      ${factList(headers.map(({ name, value }) => [name, value ?? '(bytes)']))}
    </details>
    <details>
      <summary>Value</summary>
      <pre
        tabindex="0"
      ><code>${now?.value === undefined ? `${bytes?.byteLength ?? 0} bytes that cannot be read` : readableJson(now.value)}</code></pre>
    </details>
  </section>`;
}
