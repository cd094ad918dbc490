import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { aContext, removeFolders } from '../context.fixture.js';
import { loadSettings } from '../state/settings.js';
import { assignPorts } from './assign-ports.js';
import { chooseServers } from './choose-servers.js';

afterEach(removeFolders);

describe('assignPorts', () => {
  it('gives every process a port, and the same ones the next time', async () => {
    const context = aContext({ CAAS_MONGODB: 'standin' });
    const servers = await chooseServers(context);

    await assignPorts(servers, context);
    const first = loadSettings(context.folder.settingsFile).ports;
    await assignPorts(servers, context);

    expect(Object.keys(first).sort()).toEqual(['kafka-1', 'kafka-1-controller', 'mongodb', 'redis', 'registry']);
    expect(new Set(Object.values(first)).size).toBe(5);
    expect(loadSettings(context.folder.settingsFile).ports).toEqual(first);
  });

  it('moves away from a port that somebody else has taken', async () => {
    const context = aContext({ CAAS_MONGODB: 'standin' });
    const servers = await chooseServers(context);
    await assignPorts(servers, context);
    const { redis, ...others } = context.settings.ports;
    const squatter = createServer().listen(redis, '127.0.0.1');
    await once(squatter, 'listening');

    await assignPorts(servers, context);

    const { redis: moved, ...kept } = loadSettings(context.folder.settingsFile).ports;
    expect(moved).not.toBe(redis);
    expect(kept).toEqual(others);
    await once(squatter.close(), 'close');
  });
});
