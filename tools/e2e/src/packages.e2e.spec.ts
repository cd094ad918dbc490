import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { WORKSPACE_ROOT } from '@caas/local-stack';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const run = promisify(execFile);

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}
interface Packed {
  readonly name: string;
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

const read = <Json>(...path: string[]): Json => JSON.parse(readFileSync(join(...path), 'utf8')) as Json;

/** Folders of all libraries. */
const roots = ['libs', 'libs/domains'].flatMap((group) =>
  readdirSync(join(WORKSPACE_ROOT, group))
    .filter((name) => name !== 'domains')
    .map((name) => join(WORKSPACE_ROOT, group, name)),
);
const libraries = roots.map((root) => ({ root, manifest: read<Manifest>(root, 'package.json') }));
/** Entries that a program can import: specs' own are for specs. */
const entries = libraries.flatMap(({ manifest: { name, exports } }) =>
  Object.keys(exports)
    .filter((entry) => entry !== './package.json' && !entry.startsWith('./testing'))
    .map((entry) => name + entry.slice(1)),
);

/** The versions that the workspace is tested with, so that today's newest ones are no part of the question. */
function testedVersions(): Record<string, string> {
  const { packages } = read<{ packages: Record<string, { version?: string; link?: boolean }> }>(WORKSPACE_ROOT, 'package-lock.json');
  const names = new Set(libraries.flatMap(({ manifest }) => Object.keys(manifest.dependencies ?? {})));
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const { version, link } = packages[`node_modules/${name}`] ?? {};
      return version === undefined || link === true ? [] : [[name, version]];
    }),
  );
}

describe('the libraries as packages', () => {
  const home = mkdtempSync(join(tmpdir(), 'caas-packages-'));
  const project = join(home, 'project');
  const packed = new Map<string, Packed>();
  beforeAll(async () => {
    for (const { root } of libraries) {
      const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', home], { cwd: root });
      const [result] = JSON.parse(stdout) as [Packed];
      packed.set(result.name, result);
    }
  }, 300_000);
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it.each(libraries.map(({ manifest }) => manifest.name))('%s holds code, types and README, and no sources or specs', (name) => {
    const files = packed.get(name)?.files.map(({ path }) => path) ?? [];

    expect(files).toEqual(expect.arrayContaining(['package.json', 'README.md', 'dist/index.js', 'dist/index.d.ts']));
    expect(files.filter((path) => /\.tsbuildinfo$|\.(spec|fixture)\.|^src\//.test(path))).toEqual([]);
  });

  it('work, with their types, in an empty project outside of the workspace', async () => {
    mkdirSync(project);
    const dependencies = Object.fromEntries([...packed.values()].map(({ name, filename }) => [name, `file:../${filename}`]));
    writeFileSync(
      join(project, 'package.json'),
      JSON.stringify({ name: 'elsewhere', private: true, type: 'module', dependencies, overrides: testedVersions() }),
    );
    const program = entries.map((entry, index) => `import * as m${index} from '${entry}';`).join('\n');
    const shown = entries.map((entry, index) => `['${entry}', Object.keys(m${index}).length]`).join(', ');
    writeFileSync(join(project, 'main.ts'), `${program}\nconsole.log(JSON.stringify([${shown}]));\n`);
    const options = {
      strict: true,
      module: 'nodenext',
      target: 'es2023',
      lib: ['es2023', 'es2024.string'],
      types: ['node'],
      skipLibCheck: true,
    };
    const typeRoots = [join(WORKSPACE_ROOT, 'node_modules', '@types')];
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: { ...options, typeRoots }, include: ['main.ts'] }));

    await run('npm', ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: project });
    await run(process.execPath, [join(WORKSPACE_ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.'], { cwd: project });
    const { stdout } = await run(process.execPath, ['main.js'], { cwd: project, env: { PATH: process.env['PATH'] } });

    const exported = JSON.parse(stdout) as [entry: string, names: number][];
    expect(exported.map(([entry]) => entry)).toEqual(entries);
    expect(exported.filter(([, names]) => names === 0)).toEqual([]);
  }, 600_000);
});
