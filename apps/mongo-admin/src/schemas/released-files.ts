import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasSchema, type ReleasedSchema, type TopicDefinition, toRelease } from '@caas/messaging-kafka';
import { UnavailableError } from '@caas/runtime';
import { workspaceRoot } from '../workspace-root.js';

/** From the root of the source tree. One file a subject, so that a change shows as one. */
export const RELEASED_FOLDER = 'apps/mongo-admin/released-schemas';

/** The schemas as they were released last. */
export async function readReleased(): Promise<readonly ReleasedSchema[]> {
  const folder = folderOfReleases();
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(files.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as ReleasedSchema));
}

/** Makes the definitions the released set: writes one file a subject and removes those of subjects that nothing defines any more. */
export async function writeReleased(definitions: readonly TopicDefinition[]): Promise<void> {
  const folder = folderOfReleases();
  await mkdir(folder, { recursive: true });
  const files = new Map(definitions.filter(hasSchema).map((definition) => [`${definition.subject}.json`, toRelease(definition)]));
  for (const name of await readdir(folder)) if (name.endsWith('.json') && !files.has(name)) await rm(join(folder, name));
  for (const [name, release] of files) await writeFile(join(folder, name), `${JSON.stringify(release, null, 2)}\n`);
}

function folderOfReleases(): string {
  const root = workspaceRoot();
  if (root === undefined) throw new UnavailableError('The released schemas belong to the source tree, and this is an installed package.');
  return join(root, RELEASED_FOLDER);
}
