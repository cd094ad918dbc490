import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { answerWithin } from './answer-within.js';

describe('answerWithin', () => {
  it('ends as the work does', async () => {
    expect(await answerWithin(1_000, Promise.resolve(7))).toBe(7);
    await expect(answerWithin(1_000, Promise.reject(new Error('down')))).rejects.toThrow('down');
  });

  it('gives up after its time', async () => {
    await expect(answerWithin(5, new Promise(() => undefined))).rejects.toThrow('no answer within 5 ms');
  });

  it('takes an answer that came while the process was busy', async () => {
    const server = createServer((socket) =>
      socket.on('data', (chunk) => {
        socket.write(chunk); // the answer is on its way before the process gets busy
        for (const until = performance.now() + 50; performance.now() < until;);
      }),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write('question');

    const [answer] = (await answerWithin(5, once(socket, 'data'))) as [Buffer];

    expect(String(answer)).toBe('question');
    socket.destroy();
    server.close();
  });
});
