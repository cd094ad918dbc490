import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { aContext, aFolder, removeFolders } from '../../context.fixture.js';
import { downloadMongod } from './download-mongod.js';
import { mongodVersion } from './locate-mongod.js';

const run = promisify(execFile);
const ARCHIVE = 'mongodb-linux-x86_64-debian12-7.0.24.tgz';
let mirror: Server | undefined;

afterEach(async () => {
  delete process.env['MONGOMS_DOWNLOAD_URL'];
  delete process.env['MONGOMS_USE_HTTP'];
  mirror?.closeAllConnections();
  if (mirror?.listening === true) await once(mirror.close(), 'close');
  removeFolders();
});

/** A download server that answers with these files, or never; answers how often it was asked. */
async function aMirror(files: Readonly<Record<string, Buffer>> | 'silent'): Promise<{ readonly requests: () => number }> {
  let requests = 0;
  mirror = createServer((request, response) => {
    requests += 1;
    if (files === 'silent') return;
    const file = files[(request.url ?? '').slice(1)];
    response.writeHead(file === undefined ? 403 : 200, { 'content-length': file?.length ?? 0 }).end(file);
  });
  await once(mirror.listen(0, '127.0.0.1'), 'listening');
  process.env['MONGOMS_DOWNLOAD_URL'] = `http://127.0.0.1:${(mirror.address() as AddressInfo).port}/${ARCHIVE}`;
  process.env['MONGOMS_USE_HTTP'] = 'true';
  return { requests: () => requests };
}

async function anArchive(): Promise<Buffer> {
  const folder = aFolder();
  mkdirSync(join(folder, 'mongodb', 'bin'), { recursive: true });
  writeFileSync(join(folder, 'mongodb', 'bin', 'mongod'), '#!/bin/sh\necho db version v7.0.24\n', { mode: 0o755 });
  await run('tar', ['czf', ARCHIVE, 'mongodb'], { cwd: folder });
  return readFileSync(join(folder, ARCHIVE));
}

const md5 = (content: Buffer): Buffer => Buffer.from(`${createHash('md5').update(content).digest('hex')}  ${ARCHIVE}\n`);

describe('download of mongod', () => {
  it('yields an executable, checked and reported', async () => {
    const { folder, listener, events } = aContext();
    const archive = await anArchive();
    await aMirror({ [ARCHIVE]: archive, [`${ARCHIVE}.md5`]: md5(archive) });

    const result = await downloadMongod(folder.artifacts, { listener, force: false });

    expect(result).toEqual({ mongod: { path: expect.any(String), version: '7.0.24', origin: 'downloaded' } });
    const path = 'mongod' in result ? result.mongod.path : '';
    expect(mongodVersion((await run(path, ['--version'])).stdout)).toBe('7.0.24');
    expect(events).toContainEqual({ type: 'download', title: 'mongod 7.0.24', receivedBytes: archive.length, totalBytes: archive.length });
  });

  it('refuses an archive whose checksum is another', async () => {
    const { folder, listener } = aContext();
    await aMirror({ [ARCHIVE]: await anArchive(), [`${ARCHIVE}.md5`]: md5(Buffer.from('another')) });

    expect(await downloadMongod(folder.artifacts, { listener, force: false })).toEqual({ reason: expect.stringMatching(/MD5/i) });
  });

  it('remembers a failure, so that the next start does not try again unless forced', async () => {
    const { folder, listener } = aContext();
    const { requests } = await aMirror({});

    const first = await downloadMongod(folder.artifacts, { listener, force: false });
    const second = await downloadMongod(folder.artifacts, { listener, force: false });

    expect(first).toEqual({ reason: expect.stringContaining('403') });
    expect(second).toEqual(first);
    expect(requests()).toBe(1);
    await downloadMongod(folder.artifacts, { listener, force: true });
    expect(requests()).toBe(2);
  });

  it('gives up soon on a server that says nothing', async () => {
    const { folder, listener } = aContext();
    await aMirror('silent');

    expect(await downloadMongod(folder.artifacts, { listener, force: false, silenceMs: 100 })).toEqual({
      reason: expect.stringContaining('timeout after 100ms'),
    });
  });
});
