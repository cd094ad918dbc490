import { connect } from 'node:net';

const SCRIPT_CALLS = /^cmdstat_eval(?:sha)?:calls=(\d+)/gmu;

/** How many scripts a Redis server has run since it started: each is one round trip of a limiter or a quota. Asks by a connection of its own. */
export function scriptCalls(redisUrl: string): Promise<number> {
  const { hostname, port } = new URL(redisUrl);
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(Number(port), hostname, () => socket.write('INFO commandstats\r\nQUIT\r\n'));
    socket.setEncoding('utf8').on('data', (text: string) => (received += text));
    socket.once('error', reject);
    socket.once('close', () => resolve([...received.matchAll(SCRIPT_CALLS)].reduce((sum, [, calls]) => sum + Number(calls), 0)));
  });
}
