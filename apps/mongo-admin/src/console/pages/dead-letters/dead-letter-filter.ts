import { type DeadLetterFilter } from '@caas/insight';
import { DEAD_LETTER_CATEGORIES } from '@caas/messaging-kafka';
import { ValidationError } from '@caas/runtime';
import { parseTenantId, type TenantId } from '@caas/schema';
import { type Field } from '../../views/forms.js';

const STATUSES = ['pending', 'retrying', 'resolved', 'failed'] as const;

/** What a list of dead letters can be narrowed by; the options of `caas-admin dlq list`. */
export const FILTER_FIELDS: readonly Field[] = [
  { name: 'status', label: 'Status', kind: 'choice', options: STATUSES.map((name) => [name, name]) },
  { name: 'category', label: 'Category', kind: 'choice', options: DEAD_LETTER_CATEGORIES.map((name) => [name, name.replaceAll('_', ' ')]) },
  { name: 'tenant', label: 'Tenant id', max: 40 },
  { name: 'topic', label: 'Topic', max: 249 },
  { name: 'group', label: 'Group', max: 249 },
  { name: 'error', label: 'Error class', max: 200 },
];

/** The filter that a query or a form asks for. Throws `ValidationError` for a tenant id that is none. */
export function filterOf(given: URLSearchParams): DeadLetterFilter {
  const text = (name: string): string | undefined => (given.get(name) ?? '').trim() || undefined;
  const found = {
    status: STATUSES.find((name) => name === given.get('status')),
    category: DEAD_LETTER_CATEGORIES.find((name) => name === given.get('category')),
    tenant: tenantOf(text('tenant')),
    topic: text('topic'),
    group: text('group'),
    errorClass: text('error'),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

function tenantOf(id: string | undefined): TenantId | undefined {
  try {
    return id === undefined ? undefined : parseTenantId(id);
  } catch (cause) {
    throw new ValidationError([{ field: '/tenant', code: 'format', message: 'is not the id of a tenant' }], { cause });
  }
}

/** Only what a filter is made of. */
export function filterParameters(given: URLSearchParams): URLSearchParams {
  const names = new Set(FILTER_FIELDS.map(({ name }) => name));
  return new URLSearchParams([...given].filter(([name, value]) => names.has(name) && value !== ''));
}
