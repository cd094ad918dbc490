import { type FieldIssue } from '@caas/runtime';
import { type Fragment, type Html, html } from './html.js';

/** The name under which every form proves that it was made for the session. */
export const FORM_TOKEN = '_form';

export function formTokenField({ formToken }: { formToken: string }): Html {
  return html`<input type="hidden" name="${FORM_TOKEN}" value="${formToken}" />`;
}

/** One thing that a form asks for. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly required?: boolean;
  readonly kind?: 'text' | 'long' | 'choice' | 'consent' | 'time' | 'count';
  /** Of a choice: value and text. */
  readonly options?: readonly (readonly [value: string, text: string])[];
  readonly max?: number;
}

/** What a form shows: what was given before, and what is wrong with it. */
export interface FormState {
  readonly values: URLSearchParams;
  readonly issues?: readonly FieldIssue[];
}

/** A field with its label, its hint and what is wrong with it. */
export function fieldRow(field: Field, { values, issues = [] }: FormState): Html {
  const { name, label, hint, required = false, kind = 'text' } = field;
  const issue = issues.find((one) => one.field === `/${name}`)?.message;
  const described = [hint !== undefined && `${name}-hint`, issue !== undefined && `${name}-issue`].filter((id) => id !== false).join(' ');
  const control = controlOf(field, { value: values.get(name) ?? '', described, invalid: issue !== undefined });
  const notes = html`${hint !== undefined && html`<small id="${name}-hint">${hint}</small>`}
  ${issue !== undefined && html`<small id="${name}-issue" class="issue">${label} ${issue}</small>`}`;
  if (kind === 'consent') return html`<div class="field consent">${control}<label for="${name}">${label}</label>${notes}</div>`;
  return html`<div class="field">
    <label for="${name}">${label}${!required && html` <span class="optional">optional</span>`}</label>
    ${control}${notes}
  </div>`;
}

function controlOf(
  { name, required = false, kind = 'text', options = [], max = 500 }: Field,
  { value, described, invalid }: { value: string; described: string; invalid: boolean },
): Html {
  const about = html`id="${name}" name="${name}" ${required && 'required'} ${described !== '' && html`aria-describedby="${described}"`}
  ${invalid && html`aria-invalid="true"`}`;
  switch (kind) {
    case 'long':
      return html`<textarea ${about} rows="14" spellcheck="false">${'\n'}${value}</textarea>`;
    case 'choice':
      return html`<select ${about}>
        <option value="">${required ? 'choose…' : 'any'}</option>
        ${options.map(([key, text]) => html`<option value="${key}" ${key === value && 'selected'}>${text}</option>`)}
      </select>`;
    case 'consent':
      return html`<input type="checkbox" ${about} value="yes" ${value === 'yes' && 'checked'} />`;
    case 'time':
      return html`<input type="datetime-local" ${about} value="${value}" />`;
    case 'count':
      return html`<input type="number" ${about} min="1" max="${max}" value="${value}" />`;
    case 'text':
      return html`<input type="text" ${about} maxlength="${max}" value="${value}" autocomplete="off" spellcheck="false" />`;
  }
}

/** Values that a form takes along from the one before it. */
export function hiddenFields(values: URLSearchParams, names: readonly string[]): Html {
  return html`${names.map((name) => values.has(name) && html`<input type="hidden" name="${name}" value="${values.get(name)}" />`)}`;
}

/** What was wrong, above a form. */
export function problem(message: string | undefined): Fragment {
  return message !== undefined && html`<p class="notice bad" role="alert">${message}</p>`;
}
