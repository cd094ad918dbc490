import { text } from '@caas/schema';
import { z } from 'zod';

/** Stands for a value that does not belong into events: secrets, and personal data where the tenant has not asked for it. */
export const HIDDEN_VALUE = '***';

/** Code points of a value at most; a longer one is cut, because an event tells of a change and is no store. */
const VALUE_LENGTH_MAX = 2_000;

/** One field that a change touched. */
export const fieldChange = z.strictObject({
  /** Dotted path. */
  field: text({ min: 1, max: 200 }),
  /** As JSON text, so that every format carries any value; {@link HIDDEN_VALUE} in place of what is not told; absent where there was none. */
  old_value: text({ max: VALUE_LENGTH_MAX }).optional(),
  new_value: text({ max: VALUE_LENGTH_MAX }).optional(),
});
export type FieldChange = z.output<typeof fieldChange>;

/** The changes of an event, field by field. */
export const fieldChanges = z.array(fieldChange).max(100);

/**
 * What differs between two flat records of the same paths, in the order of their names. `isHidden` says whose values are not told; that they changed is.
 * `undefined` and `null` count as no value.
 */
export function changesBetween(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  isHidden: (field: string) => boolean = () => false,
): FieldChange[] {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return fields.flatMap((field) => {
    const old = jsonOf(before[field]);
    const now = jsonOf(after[field]);
    if (old === now) return [];
    const shown = (value: string): string => (isHidden(field) ? HIDDEN_VALUE : cut(value));
    return [{ field, ...(old === undefined ? {} : { old_value: shown(old) }), ...(now === undefined ? {} : { new_value: shown(now) }) }];
  });
}

const jsonOf = (value: unknown): string | undefined => (value === undefined || value === null ? undefined : JSON.stringify(value));

const cut = (value: string): string => {
  const points = value.length <= VALUE_LENGTH_MAX ? undefined : [...value];
  return points === undefined || points.length <= VALUE_LENGTH_MAX ? value : `${points.slice(0, VALUE_LENGTH_MAX - 1).join('')}…`;
};
