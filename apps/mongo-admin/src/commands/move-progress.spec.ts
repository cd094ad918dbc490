import { expect, it } from '@jest/globals';
import { MoveProgress } from './move-progress.js';

it('says how far a copy is, how fast, and how long it takes', () => {
  const lines: string[] = [];
  let now = 0;
  const progress = new MoveProgress(
    (line) => lines.push(line),
    () => now,
  );
  const copy = { name: 'copy', index: 1, total: 3, state: 'running' } as const;

  progress.step({ ...copy, part: { name: 'messages', done: 1_000, total: 10_000 } });
  now = 400;
  progress.step({ ...copy, part: { name: 'messages', done: 2_000, total: 10_000 } });
  now = 2_000;
  progress.step({ ...copy, part: { name: 'messages', done: 5_000, total: 10_000 } });
  now = 4_000;
  progress.step({ ...copy, part: { name: 'messages', done: 10_000, total: 10_000 } });
  progress.step({ ...copy, state: 'done' });

  expect(lines).toEqual([
    '  2/3 copy: messages 1000/10000',
    '  2/3 copy: messages 5000/10000, 2000/s, 3 s left',
    '  2/3 copy: messages 10000/10000, 2250/s, 0 s left',
    '  2/3 copy: done',
  ]);
});
