#!/usr/bin/env node
/**
 * Runs the built command line. On a developer's machine without configuration in the environment it takes the one of the local stack,
 * which `npm start` wrote to `.caas/dev.env`.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The nearest `.caas/dev.env` from here upwards. */
function devEnvironment(folder) {
  const file = join(folder, '.caas', 'dev.env');
  if (existsSync(file)) return file;
  const parent = dirname(folder);
  return parent === folder ? undefined : devEnvironment(parent);
}

if (process.env.MONGODB_URI === undefined && process.env.NODE_ENV !== 'production') {
  const file = devEnvironment(process.cwd());
  if (file !== undefined) process.loadEnvFile(file);
}
await import('../dist/main.js');
