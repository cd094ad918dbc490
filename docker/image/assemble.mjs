/**
 * Lays out the root file system of an image: `node assemble.mjs <app> <folder>`, run in the build stage.
 *
 *   /usr/local/bin/node and the shared libraries it loads; no shell, no package manager
 *   /app/main.mjs        starts the app
 *   /app/healthcheck.mjs asks it whether it is alive
 *   /app/{apps,libs}     the app and the workspace packages that it depends on, built
 *   /app/node_modules    what these depend on, in the versions of the lockfile; nothing that only development needs
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** What each app runs, and the variable and default of the port on which it says that it is alive. */
const APPS = {
  gateway: { entry: 'dist/main.js', port: ['PORT', 3000] },
  worker: { entry: 'dist/main.js', port: ['METRICS_PORT', 3011] },
  'mongo-admin': { entry: 'bin/caas-admin.mjs' },
};
const UID = 1001;
/** Of a package, everything but what nobody reads at run time. */
const UNUSED = /\.(?:d\.[cm]?ts|map|tsbuildinfo)$|\.spec\.[cm]?js$|\.md$/i;
/** Of a workspace package. */
const BUILT = ['package.json', 'dist', 'bin', 'public'];

const workspace = process.cwd();
const [name, target] = process.argv.slice(2);
const app = APPS[name];
if (app === undefined || target === undefined) throw new Error(`usage: assemble.mjs <${Object.keys(APPS).join('|')}> <folder>`);

copyPackages(join(workspace, 'apps', name));
copyNode();
writeSystemFiles();
write('app/main.mjs', `await import('./apps/${name}/${app.entry}');\n`);
if (app.port !== undefined) write('app/healthcheck.mjs', healthcheck(...app.port));

/** Node, and the libraries that it and the native add-ons load. Runs after the packages are there. */
function copyNode() {
  const node = realpathSync(process.execPath);
  const own = librariesIn(spawnSync(node, { env: { LD_TRACE_LOADED_OBJECTS: '1' }, encoding: 'utf8' }));
  const loader = own.find((file) => /\/ld-[^/]*$/.test(file));
  const addons = readdirSync(join(target, 'app/node_modules'), { recursive: true })
    .filter((file) => file.endsWith('.node'))
    .flatMap((file) => librariesIn(spawnSync(loader, ['--list', join(target, 'app/node_modules', file)], { encoding: 'utf8' })));
  for (const file of new Set([...own, ...addons])) cpSync(realpathSync(file), join(target, file));
  cpSync(node, join(target, 'usr/local/bin/node'));
}

/** What the loader answers when it is asked which libraries a file needs, as `ldd` asks it. */
function librariesIn({ stdout }) {
  const missing = /^.*=> not found$/m.exec(stdout)?.[0].trim();
  if (missing !== undefined) throw new Error(`The base image lacks a library: ${missing}`);
  return stdout.match(/\/\S+\.so\S*/g) ?? [];
}

/** Copies a workspace package and everything that it and its dependencies need, each once, at the same path below `/app`. */
function copyPackages(folder, copied = new Set()) {
  if (copied.has(folder)) return;
  copied.add(folder);
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = readManifest(folder);
  copyPackage(folder);
  for (const dependency of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
    const found = findPackage(dependency, folder);
    if (found === undefined) {
      if (dependency in dependencies && !(dependency in optionalDependencies))
        throw new Error(`${folder} needs ${dependency}, which is not installed`);
      continue; // for another platform, or a peer that is optional
    }
    copyPackages(found.folder, copied);
    if (found.link !== undefined) link(found.link, found.folder);
  }
}

function copyPackage(folder) {
  const destination = join(target, 'app', relative(workspace, folder));
  const isOurs = !relative(workspace, folder).startsWith('node_modules');
  const filter = (source) => !UNUSED.test(source) && !/\/node_modules(?:\/|$)/.test(source.slice(folder.length));
  const parts = isOurs ? BUILT.filter((part) => existsSync(join(folder, part))) : ['.'];
  for (const part of parts) cpSync(join(folder, part), join(destination, part), { recursive: true, filter });
}

/** As Node looks for a package: in `node_modules` of this folder, then of those above. A link is a package of the workspace. */
function findPackage(dependency, from) {
  const path = join(from, 'node_modules', dependency);
  if (existsSync(join(path, 'package.json'))) {
    return lstatSync(path).isSymbolicLink() ? { folder: realpathSync(path), link: path } : { folder: path };
  }
  return from === workspace ? undefined : findPackage(dependency, dirname(from));
}

function link(path, folder) {
  const from = join(target, 'app', relative(workspace, path));
  if (existsSync(from)) return;
  mkdirSync(dirname(from), { recursive: true });
  symlinkSync(relative(dirname(path), folder), from);
}

function writeSystemFiles() {
  write('etc/passwd', `root:x:0:0:root:/:/nonexistent\ncaas:x:${UID}:${UID}:caas:/app:/nonexistent\n`);
  write('etc/group', `root:x:0:\ncaas:x:${UID}:\n`);
  write('etc/nsswitch.conf', 'hosts: files dns\n');
  mkdirSync(join(target, 'tmp'));
  chmodSync(join(target, 'tmp'), 0o1777);
}

/** Exits with 0 when `/health` answers 200 in time. */
function healthcheck(variable, port) {
  return `const port = process.env.${variable} || ${port};
const answer = await fetch(\`http://127.0.0.1:\${port}/health\`, { signal: AbortSignal.timeout(2_500) }).catch(() => undefined);
process.exit(answer?.status === 200 ? 0 : 1);
`;
}

function write(path, text) {
  mkdirSync(join(target, dirname(path)), { recursive: true });
  writeFileSync(join(target, path), text);
}

function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}
