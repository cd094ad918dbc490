import { type Tree } from '@nx/devkit';
import { type Domain, partFunction, partOf } from '../workspace/domain';
import { addImport, addProperty, addToReturned, callsIn, takeServices } from './edit';
import { change } from './change';

/** Something that a part of a module makes from the services of its process. */
export interface PartEntry {
  /** `routes` or `consumers`. */
  readonly part: string;
  readonly product: { readonly type: string; readonly from: string; readonly taker: string };
  /** The function that makes it; where the part calls it already, nothing is to do. */
  readonly call: string;
  readonly imports: readonly { readonly name: string; readonly from: string }[];
  readonly services: readonly string[];
  /** The element of the part's list, from the members of an object with the services. */
  readonly element: (members: string) => string;
}

/** Adds to a part of a module, and makes the part where it does not exist yet. */
export function registerPart(tree: Tree, domain: Domain, entry: PartEntry): void {
  const { part } = entry;
  const file = partOf(domain, part);
  const functionName = partFunction(domain, part);
  if (!tree.exists(file)) tree.write(file, emptyPart(domain, entry, functionName));
  change(tree, file, (text) => addEntry(text, functionName, entry));
  change(tree, domain.module, (text) =>
    addProperty(text, { callee: 'defineModule', key: part, value: `() => import('./${domain.name}.${part}.js')` }),
  );
}

function addEntry(text: string, functionName: string, { call, imports, services, element }: PartEntry): string {
  if (callsIn(text, functionName).includes(call)) return text;
  const imported = imports.reduce((before, wanted) => addImport(before, wanted), text);
  const { text: taken, members } = takeServices(imported, functionName, services);
  return addToReturned(taken, { functionName, element: element(members) });
}

function emptyPart({ name }: Domain, { product: { type, from, taker } }: PartEntry, functionName: string): string {
  return `import { type Services } from '@caas/composition';
import { type ${type} } from '${from}';

/** What the ${taker} takes from the ${name} module. */
export default function ${functionName}(): ${type}[] {
  return [];
}
`;
}
