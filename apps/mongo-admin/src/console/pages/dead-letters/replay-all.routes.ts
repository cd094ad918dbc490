import { type DeadLetterSummary, REPLAY_RATE_MAX, REPLAY_RECORDS_MAX } from '@caas/insight';
import { type FieldIssue } from '@caas/runtime';
import { deadLettersOf } from '../../../operations/dead-letters.js';
import { type ConsoleParts } from '../../console-parts.js';
import { type ConsoleRoute, type Reply, type Visit } from '../../http/console-route.js';
import { type Field, fieldRow, formTokenField, hiddenFields } from '../../views/forms.js';
import { html } from '../../views/html.js';
import { figure } from '../../views/texts.js';
import { FILTER_FIELDS, filterOf, filterParameters } from './dead-letter-filter.js';
import { summaryTable } from './dead-letters.routes.js';

/** Rows of a dry run that are shown; all of them are counted. */
const SHOWN_MAX = 50;
const FIELDS: readonly Field[] = [
  { name: 'reason', label: 'Reason', hint: 'For the audit trail.', required: true },
  { name: 'limit', label: 'At most', kind: 'count', hint: 'Records.', required: true, max: REPLAY_RECORDS_MAX },
  { name: 'rate', label: 'Records a second', kind: 'count', required: true, max: REPLAY_RATE_MAX },
];
const DEFAULTS = { limit: String(REPLAY_RECORDS_MAX), rate: String(REPLAY_RATE_MAX) };

/** Replaying what a filter matches: `caas-admin dlq replay-all`. */
export function replayAllRoutes({ services, background }: Pick<ConsoleParts, 'services' | 'background'>): ConsoleRoute[] {
  const path = '/dead-letters/replay';
  const needs = 'platform_operator';
  const matching = ({ operator }: Visit, given: URLSearchParams): Promise<readonly DeadLetterSummary[]> =>
    deadLettersOf(services, operator).replayAll(filterOf(given), {
      by: operator.id,
      limit: REPLAY_RECORDS_MAX,
      ratePerSecond: REPLAY_RATE_MAX,
      dryRun: true,
    });
  return [
    {
      method: 'GET',
      path,
      needs,
      handle: async (visit) =>
        dryRunPage(visit, await matching(visit, visit.query), {
          values: new URLSearchParams([...filterParameters(visit.query), ...Object.entries(DEFAULTS)]),
        }),
    },
    {
      method: 'POST',
      path,
      needs,
      handle: async (visit) => {
        const { form, operator } = visit;
        const { issues, limit, ratePerSecond, reason } = ordersOf(form);
        if (issues.length > 0) return dryRunPage(visit, await matching(visit, form), { values: form, issues });
        const orders = { by: operator.id, reason, limit, ratePerSecond, dryRun: false };
        const done = await background.run('replay-all', deadLettersOf(services, operator).replayAll(filterOf(form), orders));
        const goTo = `/dead-letters?${filterParameters(form).toString()}`;
        return { goTo, notice: done === undefined ? 'The replay is under way.' : `${done.length} on their way.` };
      },
    },
  ];
}

function dryRunPage(
  visit: Visit,
  found: readonly DeadLetterSummary[],
  { values, issues = [] }: { values: URLSearchParams; issues?: readonly FieldIssue[] },
): Reply {
  return {
    title: 'Replay what matches',
    status: issues.length === 0 ? 200 : 422,
    body: html`<p>
        Dry run: ${figure(found.length)} would be replayed, the oldest first. Those that are resolved or under way are left out.
      </p>
      <form method="post" class="stack card">
        ${formTokenField(visit)}${hiddenFields(
          values,
          FILTER_FIELDS.map(({ name }) => name),
        )}
        ${FIELDS.map((field) => fieldRow(field, { values, issues }))}
        <div class="actions">
          <button class="primary" ${found.length === 0 && 'disabled'}>Replay ${figure(found.length)}</button>
          <a class="button" href="/dead-letters">Back</a>
        </div>
      </form>
      ${summaryTable(found.slice(0, SHOWN_MAX))}
      ${found.length > SHOWN_MAX && html`<p class="quiet">and ${figure(found.length - SHOWN_MAX)} more</p>`}`,
  };
}

function ordersOf(form: URLSearchParams): { issues: FieldIssue[]; reason: string; limit: number; ratePerSecond: number } {
  const issues: FieldIssue[] = [];
  const reason = (form.get('reason') ?? '').trim().slice(0, 500);
  if (reason === '') issues.push({ field: '/reason', code: 'required', message: 'is needed' });
  const count = (name: string, max: number): number => {
    const given = Number(form.get(name));
    if (Number.isInteger(given) && given >= 1 && given <= max) return given;
    issues.push({ field: `/${name}`, code: 'range', message: `is a whole number from 1 to ${max}` });
    return 0;
  };
  return { issues, reason, limit: count('limit', REPLAY_RECORDS_MAX), ratePerSecond: count('rate', REPLAY_RATE_MAX) };
}
