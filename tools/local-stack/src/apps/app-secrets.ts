import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type StackFolder } from '../state/stack-folder.js';
import { writePrivateFile } from '../state/write-file.js';

const appSecrets = z.object({ api_key_pepper: z.string(), secret_encryption_key: z.string() });

/** Key material of the apps on one stack. It outlives `down` like the passwords do, since stored keys were made with it. */
export type AppSecrets = z.infer<typeof appSecrets>;

/** The secrets of a stack's apps, made with random bytes on first use. */
export function loadAppSecrets(folder: StackFolder): AppSecrets {
  const path = join(folder.path, 'app-secrets.json');
  if (existsSync(path)) return appSecrets.parse(JSON.parse(readFileSync(path, 'utf8')));
  const fresh: AppSecrets = {
    api_key_pepper: `local:${randomBytes(32).toString('base64')}`,
    secret_encryption_key: randomBytes(32).toString('base64'),
  };
  writePrivateFile(path, JSON.stringify(fresh, null, 2));
  return fresh;
}
