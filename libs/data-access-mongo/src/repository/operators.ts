import { ValidationError } from '@caas/runtime';

/** A value that can be compared as a whole. */
export type Scalar = string | number | boolean | Date | null | Uint8Array;

export type OperatorName = '$in' | '$nin' | '$gt' | '$gte' | '$lt' | '$lte' | '$ne' | '$exists' | '$regex' | '$elemMatch';

/** Longest text of `op.startsWith`, in characters. */
export const PREFIX_MAX = 100;

/**
 * A condition on one field. Made by {@link op} only: an object from a request body is never one, whatever its keys, so `{"$ne": null}` in
 * place of a value cannot become a condition.
 */
export class Operator<Value> {
  readonly #name: OperatorName;
  readonly #operand: unknown;
  /** Keeps operators of different value types apart; never set. */
  declare readonly valueType?: Value;

  /** @internal */
  constructor(name: OperatorName, operand: unknown) {
    this.#name = name;
    this.#operand = operand;
  }

  /** Whether the value was made by {@link op}; an object that imitates one lacks the private fields. */
  static is(value: unknown): value is Operator<unknown> {
    return typeof value === 'object' && value !== null && #name in value;
  }

  get name(): OperatorName {
    return this.#name;
  }

  get operand(): unknown {
    return this.#operand;
  }
}

/** Several filters joined. Made by {@link op} only. */
export class Combination<Document> {
  readonly #join: '$and' | '$or';
  readonly #parts: readonly unknown[];
  /** Keeps filters of different documents apart; never set. */
  declare readonly documentType?: Document;

  /** @internal */
  constructor(join: '$and' | '$or', parts: readonly unknown[]) {
    this.#join = join;
    this.#parts = parts;
  }

  static is(value: unknown): value is Combination<unknown> {
    return typeof value === 'object' && value !== null && #join in value;
  }

  get join(): '$and' | '$or' {
    return this.#join;
  }

  get parts(): readonly unknown[] {
    return this.#parts;
  }
}

type Element<Value> = Value extends readonly (infer Item)[] ? Item : Value;
type Comparable<Value> = Extract<Element<Value>, Scalar> | (null extends Value ? null : never) | (undefined extends Value ? null : never);

/** What a field may be asked for: a value (for an array field: one of its elements) or an {@link op} condition on it. */
export type FilterValue<Value> = Comparable<Value> | Operator<Comparable<Value>> | Operator<never>;

/** Conditions on fields, all of which must hold. Dotted paths reach into objects and arrays. */
export type FieldFilter<Document> = { readonly [Field in keyof Document & string]?: FilterValue<Document[Field]> } & {
  readonly [path: `${string}.${string}`]: Scalar | Operator<Scalar>;
};

/** Which documents: field conditions, or several such joined by `op.and` / `op.or`. `{}` means all of the tenant. */
export type Filter<Document> = FieldFilter<Document> | Combination<Document>;

/** The whole set of conditions. Values are checked when the filter is used. */
export const op = {
  in: <Value extends Scalar>(values: readonly Value[]): Operator<Value> => new Operator('$in', [...values]),
  nin: <Value extends Scalar>(values: readonly Value[]): Operator<Value> => new Operator('$nin', [...values]),
  gt: <Value extends Scalar>(value: Value): Operator<Value> => new Operator('$gt', value),
  gte: <Value extends Scalar>(value: Value): Operator<Value> => new Operator('$gte', value),
  lt: <Value extends Scalar>(value: Value): Operator<Value> => new Operator('$lt', value),
  lte: <Value extends Scalar>(value: Value): Operator<Value> => new Operator('$lte', value),
  ne: <Value extends Scalar>(value: Value): Operator<Value> => new Operator('$ne', value),
  exists: (exists = true): Operator<never> => new Operator('$exists', exists),
  /** Texts that begin with this one, character by character; 1–100 characters. An index serves it unless case is ignored. */
  startsWith: (text: string, { ignoreCase = false }: { readonly ignoreCase?: boolean } = {}): Operator<never> =>
    new Operator('$regex', { text, ignoreCase }),
  /** One element of an array of objects that meets all conditions; fields are named from the element. */
  elemMatch: (filter: Readonly<Record<string, Scalar | Operator<Scalar>>>): Operator<never> => new Operator('$elemMatch', filter),
  and: <Document>(...filters: readonly NoInfer<Filter<Document>>[]): Combination<Document> =>
    new Combination('$and', nonEmpty(filters, 'and')),
  or: <Document>(...filters: readonly NoInfer<Filter<Document>>[]): Combination<Document> =>
    new Combination('$or', nonEmpty(filters, 'or')),
} as const;

function nonEmpty<Item>(items: readonly Item[], name: string): readonly Item[] {
  if (items.length > 0) return items;
  throw new ValidationError([{ field: '', code: 'operator', message: `op.${name} needs at least one filter` }]);
}
