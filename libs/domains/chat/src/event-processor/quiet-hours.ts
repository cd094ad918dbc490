/** When somebody wants no push: from `start` to `end`, in their own time zone; over midnight when `end` is the earlier one. */
export interface QuietHours {
  readonly enabled: boolean;
  /** `HH:MM` */
  readonly start: string;
  readonly end: string;
  readonly timezone: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether it is quiet at a time. The end is not part of it; equal times are a whole day. */
export function isQuiet({ enabled, start, end, timezone }: QuietHours, now: number): boolean {
  if (!enabled) return false;
  const time = formatOf(timezone).format(now);
  return start < end ? time >= start && time < end : time >= start || time < end;
}

/** Making a format costs far more than using it, and there are some hundred time zones. */
function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  formats.set(timezone, format);
  return format;
}
