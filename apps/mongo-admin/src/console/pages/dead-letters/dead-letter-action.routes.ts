import { AppError, type FieldIssue, ValidationError } from '@caas/runtime';
import { deadLettersOf } from '../../../operations/dead-letters.js';
import { type ConsoleParts } from '../../console-parts.js';
import { type ConsoleRoute, type Reply, type Visit } from '../../http/console-route.js';
import { type Field, fieldRow, formTokenField, type FormState, hiddenFields, problem } from '../../views/forms.js';
import { type Fragment, type Html, html } from '../../views/html.js';
import { state } from '../../views/texts.js';
import { changesTable, readableJson } from './changes-table.js';
import { deadLetterPath } from './dead-letters.routes.js';

const reason: Field = { name: 'reason', label: 'Reason', hint: 'For the audit trail.', required: true };
const value: Field = { name: 'value', label: 'Corrected value', hint: 'The whole envelope as JSON.', kind: 'long', required: true };
const WORD = 'delete';
const confirm: Field = { name: 'confirm', label: `Type ${WORD} to confirm`, required: true, max: 20 };

type Service = ReturnType<typeof deadLettersOf>;

/** Replaying, correcting and removing one dead letter: each shows first what it would do. */
export function deadLetterActionRoutes({ services }: Pick<ConsoleParts, 'services'>): ConsoleRoute[] {
  const on = (work: (letters: Service, id: string, visit: Visit) => Promise<Reply>) => async (visit: Visit) =>
    work(deadLettersOf(services, visit.operator), visit.params['id'] ?? '', visit);
  const operator = { needs: 'platform_operator' } as const;
  const admin = { needs: 'platform_admin' } as const;
  return [
    { method: 'GET', path: '/dead-letters/:id/replay', ...operator, handle: on(replayPage) },
    { method: 'POST', path: '/dead-letters/:id/replay', ...operator, handle: on(replay) },
    { method: 'GET', path: '/dead-letters/:id/edit', ...operator, handle: on(editPage) },
    { method: 'POST', path: '/dead-letters/:id/edit', ...operator, handle: on(edit) },
    { method: 'GET', path: '/dead-letters/:id/delete', ...admin, handle: on(removePage) },
    { method: 'POST', path: '/dead-letters/:id/delete', ...admin, handle: on(remove) },
  ];
}

async function replayPage(letters: Service, id: string, visit: Visit, asked: Partial<FormState> = {}): Promise<Reply> {
  const { consumer_group: group, status, correction } = await letters.get(id);
  return formPage(id, visit, {
    title: 'Replay a dead letter',
    about: html`Dry run: it would go to <code>${group}</code> ${correction === null ? 'as it is' : 'with its correction'}. It is
      ${state(status)}.`,
    fields: [reason],
    button: html`<button class="primary">Replay</button>`,
    asked,
  });
}

async function replay(letters: Service, id: string, visit: Visit): Promise<Reply> {
  const why = reasonOf(visit);
  if (why === undefined) return replayPage(letters, id, visit, refusal(visit, [MISSING_REASON]));
  await letters.replay(id, { by: visit.operator.id, reason: why });
  return { goTo: deadLetterPath(id), notice: 'It is on its way. What came of it appears here.' };
}

async function removePage(letters: Service, id: string, visit: Visit, asked: Partial<FormState> = {}): Promise<Reply> {
  const { status } = await letters.get(id);
  return formPage(id, visit, {
    title: 'Delete a dead letter',
    about: html`Dry run: it would be removed for good. It is ${state(status)}.`,
    fields: [reason, confirm],
    expects: WORD,
    button: html`<button class="danger">Delete for good</button>`,
    asked,
  });
}

async function remove(letters: Service, id: string, visit: Visit): Promise<Reply> {
  const why = reasonOf(visit);
  const issues: FieldIssue[] = why === undefined ? [MISSING_REASON] : [];
  if (visit.form.get('confirm') !== WORD) issues.push({ field: '/confirm', code: 'confirm', message: `has to be ${WORD}` });
  if (why === undefined || issues.length > 0) return removePage(letters, id, visit, refusal(visit, issues));
  await letters.remove(id, { by: visit.operator.id, reason: why });
  return { goTo: '/dead-letters', notice: `${id} is removed.` };
}

async function editPage(letters: Service, id: string, visit: Visit, asked: Partial<FormState> & { failed?: string } = {}): Promise<Reply> {
  const values = asked.values ?? new URLSearchParams({ value: readableJson((await letters.inspect(id)).value) });
  return formPage(id, visit, {
    title: 'Correct a dead letter',
    about: html`A corrected copy is kept beside the original, and a replay sends it. It has to fit the present schema.`,
    fields: [value, reason],
    button: html`<button class="primary" name="step" value="preview">Dry run</button>`,
    asked: { ...asked, values },
  });
}

async function edit(letters: Service, id: string, visit: Visit): Promise<Reply> {
  const { form, operator } = visit;
  const why = reasonOf(visit);
  if (why === undefined) return editPage(letters, id, visit, refusal(visit, [MISSING_REASON]));
  const dryRun = form.get('step') !== 'run';
  try {
    const corrected = parsedValue(form.get('value'));
    const fields = await letters.edit(id, { value: corrected }, { by: operator.id, reason: why, dryRun });
    if (!dryRun) return { goTo: deadLetterPath(id), notice: `Corrected: ${fields.join(', ') || 'nothing'}.` };
    const { value: before } = await letters.inspect(id);
    return editDryRun(id, visit, changesTable({ fields, before, after: corrected }));
  } catch (error) {
    if (!(error instanceof AppError) || error.status >= 500) throw error;
    return editPage(letters, id, visit, refusal(visit, error instanceof ValidationError ? error.issues : [], error.message));
  }
}

function editDryRun(id: string, visit: Visit, changes: Html): Reply {
  return {
    title: 'Correct a dead letter',
    body: html`<section aria-labelledby="dry-run">
        <h2 id="dry-run">Dry run</h2>
        <p>Nothing was changed. It would become:</p>
        ${changes}
      </section>
      <form method="post" class="stack card">
        ${formTokenField(visit)}${hiddenFields(visit.form, ['value', 'reason'])}
        <div class="actions"><button class="primary" name="step" value="run">Keep the correction</button> ${backLink(id)}</div>
      </form>`,
  };
}

interface LetterForm {
  readonly title: string;
  readonly about: Fragment;
  readonly fields: readonly Field[];
  /** What the field of confirmation has to say. */
  readonly expects?: string;
  readonly button: Html;
  readonly asked: Partial<FormState> & { readonly failed?: string };
}

function formPage(id: string, visit: Visit, { title, about, fields, expects, button, asked }: LetterForm): Reply {
  const { values = new URLSearchParams(), issues = [], failed } = asked;
  const known = new Set(fields.map(({ name }) => `/${name}`));
  const elsewhere = issues.filter(({ field }) => !known.has(field)).map(({ field, message }) => `${field} ${message}`);
  return {
    title,
    status: issues.length === 0 && failed === undefined ? 200 : 422,
    body: html`<p class="lead"><code>${id}</code></p>
      <p>${about}</p>
      ${problem(elsewhere.length > 0 ? elsewhere.join('; ') : issues.length === 0 ? failed : undefined)}
      <form method="post" class="stack card" ${expects !== undefined && html`data-expects="${expects}"`}>
        ${formTokenField(visit)}${fields.map((field) => fieldRow(field, { values, issues }))}
        <div class="actions">${button} ${backLink(id)}</div>
      </form>`,
  };
}

const MISSING_REASON: FieldIssue = { field: '/reason', code: 'required', message: 'is needed' };

function refusal({ form }: Visit, issues: readonly FieldIssue[], failed?: string) {
  return { values: form, issues, ...(failed !== undefined && { failed }) };
}

function reasonOf({ form }: Visit): string | undefined {
  return (form.get('reason') ?? '').trim().slice(0, 500) || undefined;
}

function parsedValue(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '') as unknown;
  } catch (cause) {
    throw new ValidationError([{ field: '/value', code: 'json', message: `is not JSON: ${(cause as Error).message}` }], { cause });
  }
}

function backLink(id: string): Html {
  return html`<a class="button" href="${deadLetterPath(id)}">Back</a>`;
}
