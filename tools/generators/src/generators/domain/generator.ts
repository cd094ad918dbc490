import { type GeneratorCallback, getProjects, joinPathFragments, type Tree } from '@nx/devkit';
import { addImport, addToConstructed } from '../../source/edit';
import { change, textOf } from '../../source/change';
import { DOMAINS, domainNames } from '../../workspace/domain';
import { finish } from '../../workspace/finish';
import { camel } from '../../workspace/names';
import { lockPackage, useWorkspacePackages } from '../../workspace/packages';
import { checkForm, Refusal } from '../../workspace/refusal';
import { addFiles } from '../../workspace/templates';
import { type DomainOptions } from './schema';

const NAME = {
  form: /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  rule: 'must be lower-case words joined by hyphens that start with a letter, such as notebook',
};
const NAME_MAX = 40;
const MODULES = joinPathFragments(DOMAINS, 'modules');
const ARCHITECTURE = 'docs/architecture.md';

interface Plan {
  readonly name: string;
  readonly description: string;
  readonly root: string;
  readonly packageName: string;
  /** `notebookModule`. */
  readonly module: string;
}

/** Writes a domain library and takes it into the apps. */
export default async function domainGenerator(tree: Tree, options: DomainOptions): Promise<GeneratorCallback> {
  const plan = normalize(tree, options);
  const { root, packageName: name } = plan;
  addFiles(tree, 'domain', { folder: root, values: plan });
  register(tree, plan);
  return finish(tree, { ...options, link: { name, root } });
}

function normalize(tree: Tree, options: DomainOptions): Plan {
  const name = checkForm('name', options.name, NAME);
  if (name.length > NAME_MAX) throw new Refusal('name', `"${name}" has more than ${NAME_MAX} characters`);
  const isDomain = domainNames(tree).includes(name);
  const taken = getProjects(tree).get(name) ?? getProjects(tree).get(`@caas/${name}`);
  if (!isDomain && (taken !== undefined || tree.exists(joinPathFragments(DOMAINS, name)))) {
    throw new Refusal('name', `"${name}" is the name of ${taken?.root ?? joinPathFragments(DOMAINS, name)} already`);
  }
  return {
    name,
    description: checkForm('description', options.description, {
      form: /^[^'"`\n]*[^'"`\n.]$/,
      rule: 'must be one sentence without quotes and without its full stop',
    }),
    root: joinPathFragments(DOMAINS, name),
    packageName: `@caas/${name}`,
    module: camel(`${name}-module`),
  };
}

function register(tree: Tree, { name, description, root, packageName, module }: Plan): void {
  const list = joinPathFragments(MODULES, 'src', 'index.ts');
  change(tree, list, (text) =>
    addToConstructed(addImport(text, { name: module, from: packageName }), { className: 'ModuleList', element: module }),
  );
  lockPackage(tree, root);
  useWorkspacePackages(tree, MODULES, { dependencies: [packageName] });
  if (!textOf(tree, ARCHITECTURE).includes(`\n    ${name}/ `)) {
    change(tree, ARCHITECTURE, (text) => text.replace(/\n {4}modules\/ /, `\n    ${`${name}/`.padEnd(18)} ${description.toLowerCase()}$&`));
  }
}
