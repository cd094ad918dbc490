import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { type AddressInfo } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import { aFolder, removeFolders } from '../../context.fixture.js';
import { authorityFile, ensureCertificates, keyStoreFile } from './certificates.js';

afterEach(removeFolders);

const servers = [
  { name: 'kafka-1', hosts: ['127.0.0.1', 'localhost'] },
  { name: 'kafka-2', hosts: ['127.0.0.1', 'localhost'] },
];

/** What a client that trusts `ca` sees when it calls a server with that key store by the name: nothing, or the error's code. */
async function call({ keyStore, ca, host }: { keyStore: string; ca: string; host: string }): Promise<string | undefined> {
  const pem = readFileSync(keyStore, 'utf8');
  const server = createServer({ key: pem, cert: pem.slice(pem.indexOf('-----BEGIN CERTIFICATE-----')), minVersion: 'TLSv1.2' });
  server.on('tlsClientError', () => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client: TLSSocket = connect({ host: '127.0.0.1', port, ca: readFileSync(ca, 'utf8'), servername: host });
  try {
    await once(client, 'secureConnect');
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  } finally {
    client.destroy();
    server.close();
  }
}

describe('certificates', () => {
  it('are trusted by who trusts their authority, by the names they were made for', async () => {
    const folder = aFolder();

    expect(await ensureCertificates({ folder, servers })).toBe('made');

    const [keyStore, ca] = [keyStoreFile(folder, 'kafka-2'), authorityFile(folder)];
    expect(await call({ keyStore, ca, host: 'localhost' })).toBeUndefined();
    expect(await call({ keyStore, ca, host: 'elsewhere.example' })).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('are not trusted by who trusts another authority', async () => {
    const [folder, other] = [aFolder(), aFolder()];
    await ensureCertificates({ folder, servers });
    await ensureCertificates({ folder: other, servers });

    const code = await call({ keyStore: keyStoreFile(folder, 'kafka-1'), ca: authorityFile(other), host: 'localhost' });

    expect(code).toMatch(/UNABLE_TO_VERIFY|SELF_SIGNED|SIGNATURE/);
  });

  it('are kept while they are good, and nobody else can read the keys', async () => {
    const folder = aFolder();
    await ensureCertificates({ folder, servers });
    const before = readFileSync(keyStoreFile(folder, 'kafka-1'), 'utf8');

    expect(await ensureCertificates({ folder, servers })).toBe('kept');

    expect(readFileSync(keyStoreFile(folder, 'kafka-1'), 'utf8')).toBe(before);
    expect(statSync(keyStoreFile(folder, 'kafka-1')).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['another server', { servers: [...servers, { name: 'kafka-3', hosts: ['127.0.0.1'] }] }],
    ['another name', { servers: [{ name: 'kafka-1', hosts: ['kafka-1.internal'] }] }],
    ['a month before they end', { now: new Date(Date.now() + 800 * 86_400_000) }],
  ])('are made anew for %s', async (_, change) => {
    const folder = aFolder();
    await ensureCertificates({ folder, servers });

    expect(await ensureCertificates({ folder, servers, ...change })).toBe('made');
  });
});
