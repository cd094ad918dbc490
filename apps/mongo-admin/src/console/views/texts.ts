import { type Fragment, type Html, html } from './html.js';

/** A moment, as `2026-11-27 20:14` in UTC with the exact one at hand. */
export function moment(date: Date | null | undefined): Fragment {
  if (date === null || date === undefined) return '–';
  const iso = date.toISOString();
  return html`<time datetime="${iso}" title="${iso}">${iso.slice(0, 16).replace('T', ' ')}</time>`;
}

const TONES: Readonly<Record<string, 'good' | 'warn' | 'bad'>> = {
  active: 'good',
  ready: 'good',
  succeeded: 'good',
  resolved: 'good',
  success: 'good',
  done: 'good',
  pending: 'warn',
  provisioning: 'warn',
  migrating: 'warn',
  running: 'warn',
  queued: 'warn',
  verifying: 'warn',
  retrying: 'warn',
  suspended: 'warn',
  partial: 'warn',
  cancelled: 'bad',
  failed: 'bad',
  deleting: 'bad',
  rolling_back: 'bad',
  denied: 'bad',
  failure: 'bad',
  error: 'bad',
};

/** A state as a word with a colour; the word alone says all. */
export function state(name: string): Html {
  return html`<span class="badge ${TONES[name] ?? ''}">${name.replaceAll('_', ' ')}</span>`;
}

/** A number with thin separators. */
export function figure(value: number): string {
  return value.toLocaleString('en-US');
}

/** Any value in a cell or a fact: text as it is, the rest as JSON. */
export function plain(value: unknown): string {
  if (value === null || value === undefined) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A link to the next page of a list, keeping what the list was asked for. */
export function nextPage(path: string, query: URLSearchParams, cursor: string | null): Fragment {
  if (cursor === null) return null;
  const next = new URLSearchParams(query);
  next.set('cursor', cursor);
  return html`<p class="more"><a class="button" href="${path}?${next.toString()}" rel="next">Older</a></p>`;
}
