import { checkForm, Refusal } from './refusal';

/** Every spelling of one concept, from its plural: `shopping-lists`. */
export interface ConceptNames {
  /** Folder and first part of file names: `shopping-lists`. */
  readonly folder: string;
  /** The collection, and the segment of paths' folders: `shopping_lists`. */
  readonly collection: string;
  /** `shoppingLists`, `ShoppingLists`. */
  readonly variable: string;
  readonly type: string;
  /** `shopping_list`, `shoppingList`, `ShoppingList`, `shopping list`. */
  readonly one: { readonly snake: string; readonly variable: string; readonly type: string; readonly words: string; readonly file: string };
  /** `shopping lists`. */
  readonly words: string;
  /** `a` or `an`, as the singular sounds. */
  readonly article: 'a' | 'an';
  /** `shopping_list_id`. */
  readonly idField: string;
}

const PLURAL = {
  form: /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  rule: 'must be lower-case words joined by hyphens that start with a letter, such as notes or shopping-lists',
};
/** MongoDB's limit for a collection with a tenant's suffix leaves this many. */
const NAME_MAX = 48;
/** Names of JavaScript that a variable cannot have. */
const RESERVED = new Set(['arguments', 'class', 'classes', 'default', 'exports', 'imports', 'package', 'this']);

/** The spellings of a concept. Refuses what is no plural in kebab-case; `singular` says what a plural without an `s` comes from. */
export function conceptNames(option: string, written: string, singular?: string): ConceptNames {
  const folder = checkForm(option, written, PLURAL);
  if (folder.length > NAME_MAX) throw new Refusal(option, `"${folder}" has more than ${NAME_MAX} characters`);
  const one = singular === undefined ? singularOf(option, folder) : checkForm('singular', singular, PLURAL);
  if (RESERVED.has(camel(folder)) || RESERVED.has(camel(one))) throw new Refusal(option, `"${folder}" is a word of JavaScript`);
  return {
    folder,
    collection: snake(folder),
    variable: camel(folder),
    type: pascal(folder),
    one: { snake: snake(one), variable: camel(one), type: pascal(one), words: one.replaceAll('-', ' '), file: one },
    words: folder.replaceAll('-', ' '),
    article: /^[aeiou]/.test(one) ? 'an' : 'a',
    idField: `${snake(one)}_id`,
  };
}

function singularOf(option: string, plural: string): string {
  if (/[^aeiou]ies$/.test(plural)) return plural.replace(/ies$/, 'y');
  if (/(ss|x|ch|sh)es$/.test(plural)) return plural.replace(/es$/, '');
  if (/[^s]s$/.test(plural)) return plural.slice(0, -1);
  throw new Refusal(option, `"${plural}" must be a plural; where it does not end in s, say --singular as well`);
}

export const snake = (kebab: string): string => kebab.replaceAll('-', '_');
export const pascal = (kebab: string): string =>
  kebab
    .split(/[-_.]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
export const camel = (kebab: string): string => pascal(kebab).replace(/^./, (first) => first.toLowerCase());
