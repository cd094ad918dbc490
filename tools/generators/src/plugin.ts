/**
 * Infers the targets that Nx's own plugins do not know, from the files a project has:
 *
 * | target     | inferred when the project has | runs |
 * |------------|-------------------------------|------|
 * | `test`     | `src/**\/*.spec.ts` (not `.int`, not `.e2e`) | Jest, no servers |
 * | `test-int` | `src/**\/*.int.spec.ts`       | Jest against the servers of `local-stack` |
 * | `e2e`      | `src/**\/*.e2e.spec.ts`       | Jest against the built gateway and worker |
 * | `serve`    | `src/main.ts` and tag `type:app` | the app from source, restarted on change |
 *
 * `lint` comes from `@nx/eslint/plugin`; `build` and `typecheck` come from `@nx/js/typescript`.
 */
import { readFileSync, readdirSync, type Dirent } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { createNodesFromFiles, type CreateNodesV2, type TargetConfiguration } from '@nx/devkit';

type TestKind = 'unit' | 'int' | 'e2e';

const TEST_TARGETS: Readonly<Record<TestKind, string>> = { unit: 'test', int: 'test-int', e2e: 'e2e' };

/** Which servers specs meet: the versions that the local stack starts, or the addresses of others. */
const SERVER_INPUTS: NonNullable<TargetConfiguration['inputs']> = [
  '{workspaceRoot}/tools/local-stack/src/versions.ts',
  ...['MONGODB_URI', 'KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'REDIS_URL'].map((env) => ({ env })),
];

/** Which kinds of specs a project has, and whether it has an entry point. */
interface ProjectFiles {
  readonly kinds: ReadonlySet<TestKind>;
  readonly hasMain: boolean;
}

export const createNodesV2: CreateNodesV2 = [
  '{apps,libs,tools}/**/package.json',
  (files, options, context) =>
    createNodesFromFiles(
      (file) => {
        const projectRoot = dirname(file);
        const absoluteRoot = join(context.workspaceRoot, projectRoot);
        const manifest = JSON.parse(readFileSync(join(absoluteRoot, 'package.json'), 'utf8')) as { nx?: { tags?: string[] } };
        if (manifest.nx?.tags === undefined) return {};
        const { kinds, hasMain } = inspect(absoluteRoot);
        const targets: Record<string, TargetConfiguration> = {};
        for (const kind of kinds) targets[TEST_TARGETS[kind]] = testTarget(kind, projectRoot);
        if (hasMain && manifest.nx.tags.includes('type:app')) targets['serve'] = serveTarget(basename(projectRoot));
        return { projects: { [projectRoot]: { targets } } };
      },
      files,
      options,
      context,
    ),
];

function testTarget(kind: TestKind, projectRoot: string): TargetConfiguration {
  const toRoot = relative(projectRoot, '.');
  return {
    executor: 'nx:run-commands',
    cache: true,
    inputs: [
      'default',
      '^production',
      '{workspaceRoot}/jest.config.mjs',
      '{workspaceRoot}/tools/workspace/leak-reporter.mjs',
      { externalDependencies: ['jest', '@swc/jest', '@swc/core'] },
      ...(kind === 'unit' ? [] : SERVER_INPUTS),
    ],
    outputs: [`{projectRoot}/test-output/${kind}.json`],
    options: {
      cwd: projectRoot,
      command: `node --experimental-vm-modules --no-warnings ${toRoot}/node_modules/jest/bin/jest.js --config ${toRoot}/jest.config.mjs --rootDir . --json --outputFile=test-output/${kind}.json`,
      env: { CAAS_TEST_KIND: kind },
    },
    ...(kind === 'unit' ? {} : { dependsOn: dependsOnServers(kind), parallelism: false }),
    metadata: { description: `Jest, ${kind} specs` },
  };
}

/** Specs that need servers wait for the local stack; end-to-end specs also for the built apps they drive. */
function dependsOnServers(kind: TestKind): TargetConfiguration['dependsOn'] {
  const stack = { projects: ['local-stack'], target: 'up' };
  return kind === 'e2e' ? [stack, '^build', { projects: ['gateway', 'worker', 'mongo-admin'], target: 'build' }] : [stack];
}

function serveTarget(app: string): TargetConfiguration {
  return {
    executor: 'nx:run-commands',
    continuous: true,
    dependsOn: [{ projects: ['local-stack'], target: 'prepare' }],
    options: {
      cwd: '{projectRoot}',
      command: `tsx watch --clear-screen=false --env-file=../../.caas/${app}.env --conditions=@caas/source src/main.ts`,
    },
    metadata: { description: 'Runs the app from source on the local stack and restarts it on change' },
  };
}

function inspect(projectRoot: string): ProjectFiles {
  const kinds = new Set<TestKind>();
  let hasMain = false;
  const visit = (folder: string): void => {
    for (const entry of list(folder)) {
      if (entry.isDirectory()) visit(join(folder, entry.name));
      else if (entry.name.endsWith('.int.spec.ts')) kinds.add('int');
      else if (entry.name.endsWith('.e2e.spec.ts')) kinds.add('e2e');
      else if (entry.name.endsWith('.spec.ts')) kinds.add('unit');
      else if (entry.name === 'main.ts' && folder === join(projectRoot, 'src')) hasMain = true;
    }
  };
  visit(join(projectRoot, 'src'));
  return { kinds, hasMain };
}

function list(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
