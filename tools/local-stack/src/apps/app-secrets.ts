import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type StackFolder } from '../state/stack-folder.js';
import { writePrivateFile } from '../state/write-file.js';

const appSecrets = z.object({ api_key_pepper: z.string(), secret_encryption_key: z.string(), jwt_private_key: z.string() });

/** Key material of the apps on one stack. It outlives `down` like the passwords do, since stored keys were made with it. */
export type AppSecrets = z.infer<typeof appSecrets>;

/** The secrets of a stack's apps, made on first use. What an older version left out is added. */
export function loadAppSecrets(folder: StackFolder): AppSecrets {
  const path = join(folder.path, 'app-secrets.json');
  const stored = existsSync(path) ? appSecrets.partial().parse(JSON.parse(readFileSync(path, 'utf8'))) : {};
  const complete = appSecrets.safeParse(stored);
  if (complete.success) return complete.data;
  const secrets: AppSecrets = { ...freshSecrets(), ...stored };
  writePrivateFile(path, JSON.stringify(secrets, null, 2));
  return secrets;
}

function freshSecrets(): AppSecrets {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  return {
    api_key_pepper: `local:${randomBytes(32).toString('base64')}`,
    secret_encryption_key: randomBytes(32).toString('base64'),
    jwt_private_key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}
