import { isDeepStrictEqual } from 'node:util';
import { type AuditEntry, redact } from '@caas/runtime';
import { type JsonObject } from '@caas/schema';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Which fields differ between two states, with their values before and after; what looks like a secret is hidden. `undefined` when none does. Dotted paths stand with
 * slashes beside their values, since stored names have no dots.
 */
export function auditChanges(before: Fields, after: Fields): NonNullable<AuditEntry['changes']> | undefined {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => !isDeepStrictEqual(before[name], after[name]),
  );
  if (names.length === 0) return undefined;
  return { before: shown(before, names), after: shown(after, names), fieldsChanged: names };
}

function shown(fields: Fields, names: readonly string[]): JsonObject {
  const picked = Object.fromEntries(
    names.flatMap((name) => (fields[name] === undefined ? [] : [[name.replaceAll('.', '/'), fields[name]]])),
  );
  return JSON.parse(JSON.stringify(redact(picked))) as JsonObject; // dates as texts
}
