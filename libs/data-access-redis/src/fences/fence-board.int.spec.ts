import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { aRedis, closeAll, until } from '../client/redis.fixture.js';

afterEach(closeAll);

describe('a fence board', () => {
  it('tells members of a notice at once, and whoever puts it up of the members', async () => {
    const name = randomUUID();
    const [one, two] = [(await aRedis()).fenceBoard(name), (await aRedis()).fenceBoard(name)];
    const heard: string[] = [];
    await one.watch({ onNotice: (text) => heard.push(text), onGap: () => undefined });
    await one.beat('one', 60_000);

    const { members } = await two.post({ token: 't', text: 'closed' }, { ttlMs: 60_000 });
    await until(() => heard.length === 1);
    await one.acknowledge('t', 'one');

    expect([members, heard, (await two.state('t')).acknowledged]).toEqual([['one'], ['closed'], ['one']]);
  });

  it('shows a process that joins what is up, until it is taken down or its time is over', async () => {
    const name = randomUUID();
    const board = (await aRedis()).fenceBoard(name);
    await board.post({ token: 't', text: 'closed' }, { ttlMs: 60_000 });
    await board.post({ token: 't', text: 'moved' }, { ttlMs: 60_000, inPlaceOf: 'closed' });
    await board.post({ token: 'u', text: 'short' }, { ttlMs: 1 });

    await until(async () => !(await board.beat('late', 60_000)).includes('short'));
    expect(await board.beat('late', 60_000)).toEqual(['moved']);
    await board.withdraw({ text: 'moved' }, 'open');

    expect(await board.beat('late', 60_000)).toEqual([]);
  });

  it('forgets a member that is silent or leaves', async () => {
    const name = randomUUID();
    const board = (await aRedis()).fenceBoard(name);
    await board.beat('silent', 30);
    await board.beat('gone', 60_000);
    await board.beat('here', 60_000);
    await board.leave('gone');

    await until(async () => (await board.state('t')).members.length === 1);

    expect((await board.state('t')).members).toEqual(['here']);
  });

  it('keeps the name of the memory as long as the memory', async () => {
    const board = (await aRedis()).fenceBoard(randomUUID());
    await board.beat('one', 1_000);
    const { since } = await board.state('t');
    await board.beat('two', 1_000);

    expect([since.length > 0, (await board.state('t')).since]).toEqual([true, since]);
  });

  it('rejects while Redis is away', async () => {
    const board = (await aRedis({ url: 'redis://127.0.0.1:1', connectTimeoutMs: 0 })).fenceBoard(randomUUID());

    await expect(board.beat('one', 1_000)).rejects.toMatchObject({ code: 'SYS_UNAVAILABLE' });
  });
});
