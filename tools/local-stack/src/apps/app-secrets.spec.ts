import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type StackFolder } from '../state/stack-folder.js';
import { loadAppSecrets } from './app-secrets.js';

const aFolder = (): StackFolder => ({ path: mkdtempSync(join(tmpdir(), 'app-secrets-')) }) as StackFolder;

describe('the secrets of the apps', () => {
  it('are made once', () => {
    const folder = aFolder();

    const secrets = loadAppSecrets(folder);

    expect(loadAppSecrets(folder)).toEqual(secrets);
    expect(createPrivateKey(secrets.jwt_private_key).asymmetricKeyDetails?.modulusLength).toBe(2_048);
  });

  it('keep what an older version made, and get what it left out', () => {
    const folder = aFolder();
    const older = { api_key_pepper: 'local:pepper', secret_encryption_key: 'key' };
    writeFileSync(join(folder.path, 'app-secrets.json'), JSON.stringify(older));

    const secrets = loadAppSecrets(folder);

    expect(secrets).toMatchObject(older);
    expect(JSON.parse(readFileSync(join(folder.path, 'app-secrets.json'), 'utf8'))).toEqual(secrets);
  });
});
