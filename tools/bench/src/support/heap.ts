import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of this process that are in use after everything that can go has gone: the heap, and what buffers hold outside of it. */
export async function heapBytes(): Promise<number> {
  for (let times = 0; times < 3; times++) {
    collect();
    await nextTurn(); // finalizers and what they let go
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
