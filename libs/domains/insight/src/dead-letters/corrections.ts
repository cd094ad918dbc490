import { isDeepStrictEqual } from 'node:util';
import { ValidationError } from '@caas/runtime';

type Json = Readonly<Record<string, unknown>>;

/** The value with some fields changed, by dotted path; `null` is a value. Throws `ValidationError` naming a path that leads nowhere. */
export function withChanges(value: unknown, changes: Readonly<Record<string, unknown>>): unknown {
  return Object.entries(changes).reduce((changed, [path, to]) => replaceAt(changed, path.split('.'), { path, to }), value);
}

/** Dotted paths at which the two differ. */
export function changedPaths(before: unknown, after: unknown, path = ''): readonly string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isObject(before) || !isObject(after)) return [path === '' ? '(value)' : path];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => changedPaths(before[name], after[name], path === '' ? name : `${path}.${name}`));
}

function replaceAt(value: unknown, [name = '', ...rest]: readonly string[], change: { path: string; to: unknown }): unknown {
  if (!isObject(value)) {
    throw new ValidationError([
      { field: `/${change.path.replaceAll('.', '/')}`, code: 'path', message: 'leads to nothing in this record' },
    ]);
  }
  return { ...value, [name]: rest.length === 0 ? change.to : replaceAt(value[name], rest, change) };
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
