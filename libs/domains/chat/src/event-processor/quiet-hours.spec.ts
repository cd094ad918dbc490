import { describe, expect, it } from '@jest/globals';
import { isQuiet } from './quiet-hours.js';

const at = (hour: number, minute = 0): number => Date.UTC(2026, 0, 2, hour, minute);
const hours = (start: string, end: string, timezone = 'UTC') => ({ enabled: true, start, end, timezone });

describe('isQuiet', () => {
  it.each<[string, ReturnType<typeof hours>, number, boolean]>([
    ['before the start', hours('13:00', '14:00'), at(12, 59), false],
    ['at the start', hours('13:00', '14:00'), at(13), true],
    ['at the end', hours('13:00', '14:00'), at(14), false],
    ['before midnight of a night', hours('22:00', '07:00'), at(23), true],
    ['after midnight of a night', hours('22:00', '07:00'), at(6, 59), true],
    ['on the day between two nights', hours('22:00', '07:00'), at(12), false],
    ['in another time zone', hours('22:00', '07:00', 'Asia/Tokyo'), at(13), true],
    ['on a whole day', hours('00:00', '00:00'), at(12), true],
    ['when they are off', { ...hours('00:00', '00:00'), enabled: false }, at(12), false],
  ])('%s', (_, quiet, now, expected) => {
    expect(isQuiet(quiet, now)).toBe(expected);
  });
});
