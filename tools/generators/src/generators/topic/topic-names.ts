import { type Tree } from '@nx/devkit';
import { domainNames, DOMAINS, filesBelow } from '../../workspace/domain';
import { checkForm, Refusal } from '../../workspace/refusal';

const DOTTED = { form: /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/, rule: 'must be dotted lower-case words' };
const FAMILY_MAX = 200;
const EVENT_MAX = 100;
/** Words by which topics of other kinds are told apart. */
const RESERVED = ['platform', 'internal', 'shared', 'retry', 'dlq', 'all'];

/** The type of an event that no other file defines. */
export function checkEvent(tree: Tree, type: string, file: string): string {
  checkForm('event', type, { ...DOTTED, rule: `${DOTTED.rule}, such as note.submitted` });
  if (type.length > EVENT_MAX) throw new Refusal('event', `"${type}" has more than ${EVENT_MAX} characters`);
  return alone(tree, { option: 'event', value: type, said: `type: '${type}'`, file });
}

/** A family of tenant topics that no other file defines. */
export function checkFamily(tree: Tree, family: string, file: string): string {
  checkForm('family', family, { ...DOTTED, rule: `${DOTTED.rule}, such as notebook.notes` });
  if (family.length > FAMILY_MAX) throw new Refusal('family', `"${family}" has more than ${FAMILY_MAX} characters`);
  const reserved = family.split('.').find((word) => RESERVED.includes(word));
  if (reserved !== undefined) throw new Refusal('family', `"${family}" has the reserved word "${reserved}"`);
  const said = `family: '${family}'`;
  if (tree.exists(file) && !tree.read(file, 'utf8')?.includes(said)) {
    throw new Refusal('family', `${file} defines another family; add the event to it by hand, or choose another name`);
  }
  return alone(tree, { option: 'family', value: family, said, file });
}

/** A consumer group that no other file defines. */
export function checkGroup(tree: Tree, group: string, file: string): string {
  return alone(tree, { option: 'name', value: group, said: `group: '${group}'`, file });
}

interface Said {
  readonly option: string;
  readonly value: string;
  /** How a definition says it. */
  readonly said: string;
  /** Where it may be said. */
  readonly file: string;
}

function alone(tree: Tree, { option, value, said, file }: Said): string {
  const owner = domainNames(tree)
    .flatMap((domain) => filesBelow(tree, `${DOMAINS}/${domain}/src`))
    .filter((path) => path !== file && path.endsWith('.ts') && !/\.(spec|fixture)\.ts$/.test(path))
    .find((path) => tree.read(path, 'utf8')?.includes(said));
  if (owner !== undefined) throw new Refusal(option, `"${value}" is defined in ${owner} already`);
  return value;
}
