import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OffsetTracker, positionAfter } from './offset-tracker.js';

describe('OffsetTracker', () => {
  it('has nothing to commit before the first record is finished', () => {
    const tracker = new OffsetTracker();
    tracker.begin(['5', '6']);
    tracker.finish('6');

    expect(tracker.lastFinished).toBeUndefined();
    expect(tracker.unfinished).toBe(1);
  });

  it('commits the finished beginning and no more, in whatever order records finish', () => {
    // Offsets have holes (compaction, control records); the order of finishing is a permutation cut short by a crash.
    const plans = fc
      .uniqueArray(fc.nat(1_000), { minLength: 1, maxLength: 30 })
      .map((offsets) => offsets.sort((a, b) => a - b).map(String))
      .chain((offsets) => fc.tuple(fc.constant(offsets), fc.shuffledSubarray(offsets)));
    fc.assert(
      fc.property(plans, ([offsets, finished]) => {
        const tracker = new OffsetTracker();
        tracker.begin(offsets);
        const done = new Set<string>();
        for (const offset of finished) {
          tracker.finish(offset);
          done.add(offset);
          const gap = offsets.findIndex((candidate) => !done.has(candidate));

          expect(tracker.lastFinished).toBe(offsets[(gap === -1 ? offsets.length : gap) - 1]);
          expect(tracker.unfinished).toBe(offsets.length - done.size);
          for (const candidate of offsets) expect(tracker.isFinished(candidate)).toBe(done.has(candidate));
        }
      }),
    );
  });

  it('knows records that are fetched again', () => {
    const tracker = new OffsetTracker();
    tracker.begin(['1', '2', '3']);
    tracker.finish('1');
    tracker.finish('3');

    tracker.begin(['1', '2', '3', '4']);

    expect(['1', '2', '3', '4'].map((offset) => tracker.isFinished(offset))).toEqual([true, false, true, false]);
    tracker.finish('2');
    expect(tracker.lastFinished).toBe('3');
    expect(tracker.unfinished).toBe(1);
  });

  it('compares offsets as numbers of 64 bits', () => {
    const tracker = new OffsetTracker();
    tracker.begin(['9007199254740993']);
    tracker.finish('9007199254740993');

    expect(tracker.isFinished('9007199254740992')).toBe(true);
    expect(tracker.isFinished('9007199254740994')).toBe(false);
    expect(positionAfter('9007199254740993')).toBe('9007199254740994');
  });
});
