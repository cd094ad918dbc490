import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKSPACE_ROOT } from '@caas/local-stack';
import { describe, expect, it } from '@jest/globals';

const root = WORKSPACE_ROOT;
const DOMAINS = join(root, 'libs', 'domains');

interface Manifest {
  readonly nx: { readonly name: string };
  readonly dependencies?: Readonly<Record<string, string>>;
}

const manifests = readdirSync(DOMAINS).map((name) => JSON.parse(readFileSync(join(DOMAINS, name, 'package.json'), 'utf8')) as Manifest);
const domains = manifests.map(({ nx: { name } }) => name);

/** The domain and those that build on it, by what the packages say. */
function buildingOn(domain: string): string[] {
  const all = new Set([domain]);
  for (const one of all) {
    for (const { nx, dependencies = {} } of manifests) if (`@caas/${one}` in dependencies) all.add(nx.name);
  }
  return [...all].sort();
}

/** What Nx would run again after a change of this file, besides the tools that run the apps. */
function affectedBy(file: string): string[] {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['node_modules/nx/dist/bin/nx.js', 'show', 'projects', '--affected', `--files=${file}`, '--exclude=tag:type:tool', '--json'],
    {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', NODE_OPTIONS: '' },
    },
  );
  if (stdout === '') throw new Error(stderr);
  return (JSON.parse(stdout.trim().split('\n').at(-1) ?? '[]') as string[]).sort();
}

describe('a change inside of one domain', () => {
  it.each(domains)(
    '%s affects it, the domains that build on it, and the apps',
    (domain) => {
      const affected = affectedBy(`libs/domains/${domain}/src/index.ts`);

      expect(affected).toEqual([...new Set([...buildingOn(domain), 'gateway', 'worker', 'mongo-admin'])].sort());
    },
    120_000,
  );
});
