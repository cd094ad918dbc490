/** The part of a rendered `$jsonSchema` that this library reads: where fields are, and of which BSON types. */
export interface SchemaNode {
  readonly bsonType?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly oneOf?: readonly SchemaNode[];
  readonly anyOf?: readonly SchemaNode[];
  readonly allOf?: readonly SchemaNode[];
}

/** What is known of the field at one path. */
export interface FieldInfo {
  /** BSON type aliases; empty inside a free-form object, where anything may be. */
  readonly types: ReadonlySet<string>;
  /** The path leads through an array, or ends at one. */
  readonly insideArray: boolean;
}

/** The alternatives of a node: itself and the branches of its unions. */
export function alternatives(node: SchemaNode): readonly SchemaNode[] {
  const branches = [...(node.oneOf ?? []), ...(node.anyOf ?? []), ...(node.allOf ?? [])];
  return branches.length === 0 ? [node] : [node, ...branches.flatMap(alternatives)];
}

/** BSON type aliases that a node allows; types of an `enum` without `bsonType` are taken from its values. */
export function typesOf(node: SchemaNode): Set<string> {
  const types = new Set<string>();
  for (const { bsonType, enum: values } of alternatives(node)) {
    for (const type of typeof bsonType === 'string' ? [bsonType] : (bsonType ?? [])) types.add(type);
    if (bsonType === undefined) for (const value of values ?? []) types.add(typeOfEnumValue(value));
  }
  return types;
}

function typeOfEnumValue(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'number' ? 'int' : 'string';
}

/**
 * Follows a dotted path (`participants.user_id`) as MongoDB does: arrays are stepped through, with or without an index.
 * `undefined` when the definition has no such field.
 */
export function fieldAt(root: SchemaNode, path: string): FieldInfo | undefined {
  let nodes: readonly SchemaNode[] = alternatives(root);
  let insideArray = false;
  for (const segment of path.split('.')) {
    const items = nodes.flatMap((node) => (node.items === undefined ? [] : alternatives(node.items)));
    if (items.length > 0) insideArray = true;
    if (items.length > 0 && /^\d+$/.test(segment)) {
      nodes = items;
      continue;
    }
    const parents = [...nodes, ...items];
    if (parents.some(isFreeForm)) return { types: new Set(), insideArray };
    nodes = parents.flatMap((node) => childNodes(node, segment));
    if (nodes.length === 0) return undefined;
  }
  const types = new Set(nodes.flatMap((node) => [...typesOf(node)]));
  return { types, insideArray: insideArray || types.has('array') };
}

/** Nothing is said about what is inside. */
function isFreeForm(node: SchemaNode): boolean {
  const types = typesOf(node);
  if (types.size > 0 && !types.has('object')) return false;
  return node.properties === undefined && node.patternProperties === undefined && node.additionalProperties !== false && !hasUnion(node);
}

function hasUnion(node: SchemaNode): boolean {
  return node.oneOf !== undefined || node.anyOf !== undefined || node.allOf !== undefined;
}

function childNodes(node: SchemaNode, key: string): readonly SchemaNode[] {
  const own = node.properties !== undefined && Object.hasOwn(node.properties, key) ? node.properties[key] : undefined;
  if (own !== undefined) return alternatives(own);
  return Object.values(node.patternProperties ?? {}).flatMap(alternatives);
}
