import { type FilterValue, type Operator, type Scalar } from './operators.js';

type Dotted = `${string}.${string}`;
type NumberPaths<Fields> = { readonly [Field in keyof Fields & string]?: Fields[Field] extends number | null | undefined ? number : never };
type ComparablePaths<Fields> = {
  readonly [Field in keyof Fields & string]?: Fields[Field] extends number | Date | null | undefined ? Fields[Field] : never;
};
type ItemOf<Value> = NonNullable<Value> extends readonly (infer Item)[] ? Item : never;
type ArrayPaths<Fields, Change extends 'push' | 'add' | 'pop'> = {
  readonly [Field in keyof Fields & string]?: NonNullable<Fields[Field]> extends readonly unknown[]
    ? { push: Push<ItemOf<Fields[Field]>>; add: readonly ItemOf<Fields[Field]>[]; pop: 'first' | 'last' }[Change]
    : never;
};

/** What is appended to an array, and how long that may get. */
export interface Push<Item = unknown> {
  readonly each: readonly Item[];
  /** Elements kept afterwards: the first `n`, or the last `-n`. */
  readonly keep?: number;
  /** Where to insert; at the end unless given. */
  readonly at?: number;
}

/** Which elements of an array: a value, an `op` condition, or conditions on the fields of an element. */
export type ElementFilter = Scalar | Operator<Scalar> | Operator<never> | { readonly [field: string]: FilterValue<unknown> | Scalar };

/**
 * Changes to one document, or to each of many. This is the whole list: renames, computed (pipeline) updates and unfiltered positional paths do not
 * exist. Dotted paths reach into objects; `participants.$[p].role` reaches into the elements that `elements: { p: { user_id } }` describes.
 */
export interface Update<Fields> {
  readonly set?: Partial<Fields> & { readonly [path: Dotted]: unknown };
  /** Removes optional fields; a required one makes the server refuse the whole update. */
  readonly unset?: readonly ((keyof Fields & string) | Dotted)[];
  readonly inc?: NumberPaths<Fields> & { readonly [path: Dotted]: number };
  /** Sets only when the given value is smaller. */
  readonly min?: ComparablePaths<Fields> & { readonly [path: Dotted]: number | Date };
  /** Sets only when the given value is greater. */
  readonly max?: ComparablePaths<Fields> & { readonly [path: Dotted]: number | Date };
  readonly push?: ArrayPaths<Fields, 'push'> & { readonly [path: Dotted]: Push };
  /** Appends what is not in the array yet. */
  readonly addToSet?: ArrayPaths<Fields, 'add'> & { readonly [path: Dotted]: readonly unknown[] };
  /** Removes the elements that match. */
  readonly pull?: { readonly [Field in (keyof Fields & string) | Dotted]?: ElementFilter };
  /** Removes one element. */
  readonly pop?: ArrayPaths<Fields, 'pop'> & { readonly [path: Dotted]: 'first' | 'last' };
  /** Conditions on the elements that paths name by `$[name]`; each name is used, and each used name is here. */
  readonly elements?: Readonly<Record<string, Readonly<Record<string, Scalar | Operator<Scalar>>>>>;
}

/** The same without the types of one collection. */
export interface AnyUpdate {
  readonly set?: Readonly<Record<string, unknown>> | undefined;
  readonly unset?: readonly string[] | undefined;
  readonly inc?: Readonly<Record<string, number | undefined>> | undefined;
  readonly min?: Readonly<Record<string, unknown>> | undefined;
  readonly max?: Readonly<Record<string, unknown>> | undefined;
  readonly push?: Readonly<Record<string, unknown>> | undefined;
  readonly addToSet?: Readonly<Record<string, unknown>> | undefined;
  readonly pull?: Readonly<Record<string, unknown>> | undefined;
  readonly pop?: Readonly<Record<string, unknown>> | undefined;
  readonly elements?: Readonly<Record<string, unknown>> | undefined;
}
