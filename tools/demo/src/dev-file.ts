import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { DemoError } from './errors.js';

const devFile = z.object({ gateway_url: z.url(), api_key: z.string().min(1) });

/** How to reach the running gateway, as `npm start` wrote it down. */
export type DevFile = z.infer<typeof devFile>;

/** The `.caas/dev.json` of this folder or the nearest one above. Throws {@link DemoError} saying what to do when there is none. */
export function readDevFile(folder: string): DevFile {
  const path = join(folder, '.caas', 'dev.json');
  if (!existsSync(path)) {
    const parent = dirname(folder);
    if (parent === folder) throw new DemoError('There is no .caas/dev.json: run "npm start" first, in another terminal.');
    return readDevFile(parent);
  }
  try {
    return devFile.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new DemoError(`${path} is not what "npm start" writes; run it again.`, { cause: error });
  }
}
