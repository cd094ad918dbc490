import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Breakage } from './breakages.js';

const GROUPS = ['apps', 'libs', 'libs/domains'] as const;
const OWN_SCOPE = '@caas';

/** Copies the built apps and libraries of a workspace into `folder` and breaks the copy. Throws when the code is not there, or not what it was. */
export function breakBuild(workspace: string, folder: string, breakage: Breakage): void {
  for (const group of GROUPS) for (const project of readdirSync(join(workspace, group))) copyBuilt(workspace, folder, join(group, project));
  linkModules(workspace, folder);
  applyBreakage(folder, breakage);
}

/** Replaces the one place that the breakage names. */
export function applyBreakage(folder: string, { file, find, replace }: Breakage): void {
  const path = join(folder, file);
  if (!existsSync(path)) throw new Error(`${file} is not there. Build the apps first: npx nx run-many -t build -p gateway worker`);
  const code = readFileSync(path, 'utf8');
  const places = code.match(new RegExp(find, 'g'))?.length ?? 0;
  if (places !== 1)
    throw new Error(`${file} has ${places} places like ${find}; a breakage needs exactly one. Adapt src/broken/breakages.ts.`);
  writeFileSync(path, code.replace(find, replace));
}

function copyBuilt(workspace: string, folder: string, project: string): void {
  if (!existsSync(join(workspace, project, 'dist'))) return;
  cpSync(join(workspace, project, 'dist'), join(folder, project, 'dist'), { recursive: true });
  cpSync(join(workspace, project, 'package.json'), join(folder, project, 'package.json'));
}

/** Third-party packages as they are; packages of the workspace from the copy. */
function linkModules(workspace: string, folder: string): void {
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, OWN_SCOPE), { recursive: true });
  for (const name of readdirSync(join(workspace, 'node_modules'))) {
    if (name !== OWN_SCOPE) symlinkSync(join(workspace, 'node_modules', name), join(modules, name));
  }
  for (const name of readdirSync(join(workspace, 'node_modules', OWN_SCOPE))) {
    const project = relative(realpathSync(workspace), realpathSync(join(workspace, 'node_modules', OWN_SCOPE, name)));
    symlinkSync(join(folder, project), join(modules, OWN_SCOPE, name));
  }
}
