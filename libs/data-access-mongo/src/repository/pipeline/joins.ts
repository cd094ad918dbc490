import { type CollectionDefinition } from '../../definition/define-collection.js';
import { type DocumentOf } from '../../definition/document-types.js';
import { type Filter } from '../operators.js';

/** One stage: MongoDB's own, with one of the allowed names, or a join made by `lookup`, `graphLookup` or `unionWith`. */
export type Stage = Readonly<Record<`$${string}`, unknown>> | Join;

interface JoinedRows<Definition extends CollectionDefinition> {
  /** Which rows of the joined collection; all live ones of the same tenant unless given. */
  readonly where?: Filter<DocumentOf<Definition>>;
  /** Deleted rows too; false unless given. */
  readonly includeDeleted?: boolean;
}

export interface LookupOptions<Definition extends CollectionDefinition> extends JoinedRows<Definition> {
  /** The field that the list of joined rows gets. */
  readonly as: string;
  /** Stored names of the fields that have to be equal; both or none. */
  readonly localField?: string;
  readonly foreignField?: string;
  /** Expressions over the outer row, for `pipeline` as `$$name`. */
  readonly let?: Readonly<Record<string, unknown>>;
  /** Further stages over the joined rows. */
  readonly pipeline?: readonly Stage[];
}

export interface GraphLookupOptions<Definition extends CollectionDefinition> extends JoinedRows<Definition> {
  readonly as: string;
  readonly startWith: unknown;
  readonly connectFromField: string;
  readonly connectToField: string;
  /** 0–10 steps; 10 unless given. */
  readonly maxDepth?: number;
  readonly depthField?: string;
}

export interface UnionOptions<Definition extends CollectionDefinition> extends JoinedRows<Definition> {
  readonly pipeline?: readonly Stage[];
}

/** What a join was asked for, without the types of its collection. */
export type JoinRequest =
  | { readonly kind: 'lookup'; readonly options: LookupOptions<CollectionDefinition> }
  | { readonly kind: 'graphLookup'; readonly options: GraphLookupOptions<CollectionDefinition> }
  | { readonly kind: 'unionWith'; readonly options: UnionOptions<CollectionDefinition> };

/** A stage that reads another collection. Made by {@link lookup}, {@link graphLookup} and {@link unionWith} only: the repository adds tenant and place. */
export class Join {
  readonly #definition: CollectionDefinition;
  readonly #request: JoinRequest;

  /** @internal */
  constructor(definition: CollectionDefinition, request: JoinRequest) {
    this.#definition = definition;
    this.#request = request;
  }

  /** Whether the value is one; an object that imitates it lacks the private fields. */
  static is(value: unknown): value is Join {
    return typeof value === 'object' && value !== null && #request in value;
  }

  get definition(): CollectionDefinition {
    return this.#definition;
  }

  get request(): JoinRequest {
    return this.#request;
  }
}

/** Adds the matching rows of another collection of the same tenant, as a list. */
export function lookup<Definition extends CollectionDefinition>(definition: Definition, options: LookupOptions<Definition>): Join {
  return new Join(definition, { kind: 'lookup', options: options as LookupOptions<CollectionDefinition> });
}

/** Follows references through a collection of the same tenant, as a list. */
export function graphLookup<Definition extends CollectionDefinition>(
  definition: Definition,
  options: GraphLookupOptions<Definition>,
): Join {
  return new Join(definition, { kind: 'graphLookup', options: options as GraphLookupOptions<CollectionDefinition> });
}

/** Appends rows of another collection of the same tenant. */
export function unionWith<Definition extends CollectionDefinition>(definition: Definition, options: UnionOptions<Definition> = {}): Join {
  return new Join(definition, { kind: 'unionWith', options: options as UnionOptions<CollectionDefinition> });
}
