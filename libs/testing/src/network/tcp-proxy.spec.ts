import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { TcpProxy } from './tcp-proxy.js';

const open: { destroy(): void }[] = [];
const closing: { close(): unknown }[] = [];
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy();
  for (const one of closing.splice(0)) await one.close();
});

/** A server that answers everything with itself, and a proxy in front of it. */
async function anEcho(): Promise<{ proxy: TcpProxy; port: number; seen: () => string }> {
  let text = '';
  const server = createServer((socket) => {
    open.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      text += bytes.toString();
      socket.write(bytes);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const proxy = await TcpProxy.to({ host: '127.0.0.1', port });
  closing.push(proxy, server);
  return { proxy, port, seen: () => text };
}

async function aClient(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  socket.on('error', () => undefined);
  open.push(socket);
  await once(socket, 'connect');
  return socket;
}

async function say(socket: Socket, text: string): Promise<unknown> {
  const answer = once(socket, 'data');
  socket.write(text);
  return (await answer)[0];
}

describe('TcpProxy', () => {
  it('passes bytes both ways', async () => {
    const { proxy } = await anEcho();

    expect(await say(await aClient(proxy.port), 'hello')).toBe('hello');
  });

  it('answers for the server what it is told to, until it is told to stop', async () => {
    const { proxy, seen } = await anEcho();
    const client = await aClient(proxy.port);

    const stop = proxy.answerFor((request) => (request.toString() === 'two' ? Buffer.from('no') : undefined));
    const answers = [await say(client, 'one'), await say(client, 'two'), await say(client, 'three')];
    stop();
    answers.push(await say(client, 'two'));

    expect(answers).toEqual(['one', 'no', 'three', 'two']);
    expect(seen()).toBe('onethreetwo');
  });

  it('serves clients that name their server', async () => {
    const { port } = await anEcho();
    const proxy = await TcpProxy.start();
    closing.push(proxy);

    const socket = proxy.openSocket({ host: '127.0.0.1', port }).setEncoding('utf8');
    open.push(socket);

    expect(await say(socket, 'hello')).toBe('hello');
  });

  it('holds what is sent, on new connections too, and passes it on when it is released', async () => {
    const { proxy, port, seen } = await anEcho();
    const before = await aClient(proxy.port);
    await say(before, 'a');
    proxy.hold();
    const during = await aClient(proxy.port);

    const answers = [say(before, 'b'), say(during, 'c')];
    await say(await aClient(port), 'd'); // a way around it works

    expect(seen()).toBe('ad');
    proxy.release();
    expect(await Promise.all(answers)).toEqual(['b', 'c']);
  });

  it('ends connections and refuses new ones when it is cut, and takes them again on the same port', async () => {
    const { proxy } = await anEcho();
    const socket = await aClient(proxy.port);
    const ended = once(socket, 'close');

    await proxy.cut();
    await ended;
    await expect(aClient(proxy.port)).rejects.toThrow('ECONNREFUSED');
    await proxy.restore();

    expect(await say(await aClient(proxy.port), 'again')).toBe('again');
  });

  it('ends connections and takes new ones when it is disconnected', async () => {
    const { proxy } = await anEcho();
    const ended = once(await aClient(proxy.port), 'close');

    proxy.disconnect();
    await ended;

    expect(await say(await aClient(proxy.port), 'again')).toBe('again');
  });

  it('is late by the delay, and keeps the order when the delay is taken back', async () => {
    const { proxy } = await anEcho();
    const socket = await aClient(proxy.port);
    let heard = '';
    const both = new Promise<void>((resolve) => {
      socket.on('data', (text) => {
        heard += String(text);
        if (heard.length === 2) resolve();
      });
    });
    const answering = new Promise<void>((resolve) => {
      void proxy.dropAnswer(() => {
        resolve();
        return false;
      });
    });
    proxy.delay(40);
    const started = performance.now();

    socket.write('1');
    await answering;
    proxy.delay(0);
    socket.write('2');
    await both;

    expect(heard).toBe('12');
    expect(performance.now() - started).toBeGreaterThanOrEqual(79);
  });

  it('swallows without a word on open connections only', async () => {
    const { proxy, seen } = await anEcho();
    const silent = await aClient(proxy.port);
    await say(silent, 'a');

    proxy.swallow();
    silent.write('b');

    expect(await say(await aClient(proxy.port), 'c')).toBe('c');
    expect({ seen: seen(), destroyed: silent.destroyed }).toEqual({ seen: 'ac', destroyed: false });
  });

  it('drops one answer after the server has acted', async () => {
    const { proxy, seen } = await anEcho();
    const socket = await aClient(proxy.port);
    const ended = once(socket, 'close');
    const dropped = proxy.dropAnswer((answer) => answer.includes('secret'));

    socket.write('secret');
    await Promise.all([dropped, ended]);

    expect(seen()).toBe('secret');
    expect(await say(await aClient(proxy.port), 'secret')).toBe('secret');
  });

  it('drops a connection after so many bytes', async () => {
    const { proxy, seen } = await anEcho();
    const socket = await aClient(proxy.port);
    const ended = once(socket, 'close');
    const dropped = proxy.dropAfter(4);

    expect(await say(socket, 'four')).toBe('four');
    socket.write('more');
    await Promise.all([dropped, ended]);

    expect(seen()).toBe('four');
  });

  it.each([
    ['mongodb://user:pw@db.example:1/name', 'mongodb', '/?directConnection=true'],
    ['redis://localhost:6379', 'redis', ''],
  ])('names itself in the form of %s, without credentials', async (url, scheme, rest) => {
    const proxy = await TcpProxy.to(url);
    closing.push(proxy);

    expect(proxy.url).toBe(`${scheme}://127.0.0.1:${proxy.port}${rest}`);
  });
});
