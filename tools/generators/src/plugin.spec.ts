import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type TargetConfiguration } from '@nx/devkit';
import { createNodesV2 } from './plugin';

const workspaceRoot = join(process.cwd(), '..', '..');
const VERSIONS = '{workspaceRoot}/tools/local-stack/src/versions.ts';

/** The targets that a project of the workspace gets from its files. */
async function targetsOf(root: string): Promise<Record<string, TargetConfiguration>> {
  const [, create] = createNodesV2;
  const [answer] = await create([`${root}/package.json`], undefined, { workspaceRoot, nxJsonConfiguration: {} });
  return answer?.[1].projects?.[root]?.targets ?? {};
}

describe('inferred targets', () => {
  it('are those of the specs that a project has', async () => {
    expect(Object.keys(await targetsOf('libs/schema'))).toEqual(['test']);
    expect(Object.keys(await targetsOf('libs/domains/chat')).sort()).toEqual(['test', 'test-int']);
    expect(Object.keys(await targetsOf('tools/e2e'))).toEqual(['e2e']);
    expect(Object.keys(await targetsOf('apps/gateway')).sort()).toEqual(['serve', 'test', 'test-int']);
    expect(Object.keys(await targetsOf('apps/worker')).sort()).toEqual(['serve', 'test']);
  });

  it.each([
    ['libs/domains/chat', 'test-int'],
    ['tools/e2e', 'e2e'],
  ])('of %s that meet servers (%s) depend on which servers they are', async (root, target) => {
    const { inputs } = (await targetsOf(root))[target] ?? {};

    expect(inputs).toEqual(expect.arrayContaining([VERSIONS, { env: 'MONGODB_URI' }, { env: 'KAFKA_BROKERS' }]));
  });

  it('without servers do not', async () => {
    const { inputs } = (await targetsOf('libs/domains/chat'))['test'] ?? {};

    expect(inputs).toContain('^production');
    expect(inputs).not.toContain(VERSIONS);
  });
});
