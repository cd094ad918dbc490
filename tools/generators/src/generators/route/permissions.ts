import { type Tree } from '@nx/devkit';
import { addToConstantArray, addToConstantList, readConstant, stringsIn } from '../../source/edit';
import { change, textOf } from '../../source/change';
import { domainNames, DOMAINS, filesBelow } from '../../workspace/domain';
import { checkForm, Refusal } from '../../workspace/refusal';

const CATALOGUE = {
  file: 'libs/gateway-middleware/src/access/permissions.ts',
  constant: 'SCOPE_PERMISSIONS',
  roleOnly: 'ROLE_ONLY_PERMISSIONS',
};
const ROLES = { file: 'libs/gateway-middleware/src/access/role-grants.ts', constant: 'ROWS' };
const PERMISSION = { form: /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/, rule: 'must be a dotted name such as note.create' };

/** What a route asks for, and the scope that a new permission is added to; `undefined` for one that exists. */
export interface Grant {
  readonly permission: string;
  readonly newIn: string | undefined;
}

/** Finds the permission, or the scope that a new one belongs to. Refuses a scope that does not exist, and a permission that no key is ever granted. */
export function planGrant(tree: Tree, { permission, scope }: { permission: string; scope: string }): Grant {
  checkForm('permission', permission, PERMISSION);
  const text = textOf(tree, CATALOGUE.file);
  const scopes = readConstant(text, CATALOGUE.constant);
  if ([...scopes.values()].flat().includes(permission)) return { permission, newIn: undefined };
  if (stringsIn(text, CATALOGUE.roleOnly).includes(permission)) {
    throw new Refusal('permission', `"${permission}" is granted to roles of people only, and this route is called with keys`);
  }
  if (!scopes.has(scope)) throw new Refusal('scope', `there is no scope "${scope}"; it must be one of ${[...scopes.keys()].join(', ')}`);
  return { permission, newIn: scope };
}

/** Adds a new permission: keys with the scope hold it, no role does. */
export function grantPermission(tree: Tree, { permission, newIn }: Grant): void {
  if (newIn === undefined) return;
  change(tree, CATALOGUE.file, (text) => addToConstantList(text, { constant: CATALOGUE.constant, key: newIn, element: `'${permission}'` }));
  change(tree, ROLES.file, (text) => addToConstantArray(text, { constant: ROLES.constant, element: `[['${permission}'], {}]` }));
}

/** Refuses an operation that another file has: it names a method of generated clients. */
export function checkOperationId(tree: Tree, operationId: string, file: string): void {
  const owner = domainNames(tree)
    .flatMap((domain) => filesBelow(tree, `${DOMAINS}/${domain}/src`))
    .filter((path) => /\.routes?\.ts$/.test(path) && path !== file)
    .find((path) => tree.read(path, 'utf8')?.includes(`operationId: '${operationId}'`));
  if (owner !== undefined) throw new Refusal('operation', `${owner} has the operation ${operationId} already`);
}
