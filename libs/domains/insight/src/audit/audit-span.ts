import { ValidationError } from '@caas/runtime';

const DAY_MS = 86_400_000;
/** Between `from` and `to` at most. */
export const SPAN_DAYS_MAX = 90;

/** A span without an end ends with the present day, so that cursors of one list fit its next page. */
export function spanOf({ from, to }: { from?: string | undefined; to?: string | undefined }, now: number): { from: Date; to: Date } {
  const endsAt = to === undefined ? Math.ceil(now / DAY_MS) * DAY_MS : Date.parse(to);
  const startsAt = from === undefined ? endsAt - SPAN_DAYS_MAX * DAY_MS : Date.parse(from);
  const spanDays = (endsAt - startsAt) / DAY_MS;
  const refuse = (message: string): never => {
    throw new ValidationError([{ field: '/query/from', code: 'span', message }]);
  };
  if (spanDays < 0) refuse('must be before to');
  if (spanDays > SPAN_DAYS_MAX + 1) refuse(`is at most ${SPAN_DAYS_MAX} days before to`);
  return { from: new Date(startsAt), to: new Date(endsAt) };
}
