import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { StackError } from '../errors.js';

/** Below the range that systems take for outgoing connections, so that no such connection sits on a port between choice and use. */
const RANGE = { first: 20_000, last: 32_000 } as const;
const ATTEMPTS = 200;

/** Whether a server could listen on that loopback port now. */
export async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A free loopback port that is not in `taken`. */
export async function freePort(taken: ReadonlySet<number>): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(RANGE.first, RANGE.last);
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new StackError(`No free port found between ${RANGE.first} and ${RANGE.last}`);
}
