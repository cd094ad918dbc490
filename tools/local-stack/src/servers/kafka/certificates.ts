import 'reflect-metadata'; // what @peculiar/x509 needs before it is loaded
import { createPrivateKey, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import { writePrivateFile } from '../../state/write-file.js';

/** A server that needs a certificate, and the names and addresses by which clients may call it. */
export interface CertifiedServer {
  readonly name: string;
  readonly hosts: readonly string[];
}

export interface CertificateOptions {
  readonly folder: string;
  readonly servers: readonly CertifiedServer[];
  readonly now?: Date;
}

const DAY_MS = 86_400_000;
const VALID_DAYS = 825;
/** Made anew this long before they end. */
const RENEW_DAYS = 30;
const KEY = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** PEM text of the authority, for `KAFKA_SSL_CA_FILE` and the brokers' trust store. */
export const authorityFile = (folder: string): string => join(folder, 'ca.pem');
/** PEM text of a server's key and its certificate: a PEM key store of Kafka. */
export const keyStoreFile = (folder: string, server: string): string => join(folder, `${server}.pem`);

/**
 * Makes sure that the folder holds an authority and a key store for each server, signed by it, for client and server use. Idempotent: what is there,
 * names these hosts and is valid for another month is kept; otherwise all of it is made anew. The authority's key is never written: nobody
 * can sign with it afterwards.
 */
export async function ensureCertificates({ folder, servers, now = new Date() }: CertificateOptions): Promise<'kept' | 'made'> {
  if (servers.every((server) => isGood(folder, server, now))) return 'kept';
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const keys = await newKeys();
  const validity = { notBefore: new Date(now.getTime() - DAY_MS), notAfter: new Date(now.getTime() + VALID_DAYS * DAY_MS) };
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity,
    serialNumber: serial(),
    name: 'CN=CAAS local authority',
    keys,
    signingAlgorithm: KEY,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  for (const server of servers) {
    writePrivateFile(keyStoreFile(folder, server.name), await keyStore(server, { authority, signingKey: keys.privateKey, validity }));
  }
  writePrivateFile(authorityFile(folder), `${authority.toString('pem')}\n`);
  return 'made';
}

interface Signing {
  readonly authority: x509.X509Certificate;
  readonly signingKey: webcrypto.CryptoKey;
  readonly validity: { readonly notBefore: Date; readonly notAfter: Date };
}

async function keyStore({ name, hosts }: CertifiedServer, { authority, signingKey, validity }: Signing): Promise<string> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity,
    serialNumber: serial(),
    subject: `CN=${name}`,
    issuer: authority.subject,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: KEY,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
      new x509.SubjectAlternativeNameExtension(hosts.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value }))),
      await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
    ],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const pem = createPrivateKey({ key, format: 'der', type: 'pkcs8' }).export({ format: 'pem', type: 'pkcs8' });
  return `${String(pem)}${certificate.toString('pem')}\n${authority.toString('pem')}\n`;
}

/** Whether the server's certificate is there, signed by the authority that is there, for all of its hosts, and valid long enough. */
function isGood(folder: string, { name, hosts }: CertifiedServer, now: Date): boolean {
  const authority = certificateIn(authorityFile(folder));
  const own = certificateIn(keyStoreFile(folder, name));
  if (authority === undefined || own === undefined) return false;
  return (
    own.verify(authority.publicKey) &&
    Date.parse(own.validTo) - now.getTime() > RENEW_DAYS * DAY_MS &&
    hosts.every((host) => (isIP(host) === 0 ? own.checkHost(host) : own.checkIP(host)) !== undefined)
  );
}

/** The first certificate of a PEM file. */
function certificateIn(path: string): X509Certificate | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    return new X509Certificate(text.slice(text.indexOf('-----BEGIN CERTIFICATE-----')));
  } catch {
    return undefined;
  }
}

const newKeys = (): Promise<webcrypto.CryptoKeyPair> => webcrypto.subtle.generateKey(KEY, true, ['sign', 'verify']);

/** 127 random bits: positive, as a serial number must be. */
function serial(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  return bytes.toString('hex');
}
