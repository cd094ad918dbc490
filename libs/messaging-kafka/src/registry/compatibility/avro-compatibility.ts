import { type AvroSchema } from '@caas/schema';
import { below, type Incompatibility } from './incompatibility.js';

interface Named {
  readonly [attribute: string]: unknown;
  readonly type: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly aliases?: readonly string[];
}
interface AvroField {
  readonly name: string;
  readonly type: AvroSchema;
  readonly default?: unknown;
  readonly aliases?: readonly string[];
}

/** Which types a reader takes for which written ones (Avro 1.11, "Schema Resolution"). */
const PROMOTIONS: Readonly<Record<string, readonly string[]>> = {
  int: ['int', 'long', 'float', 'double'],
  long: ['long', 'float', 'double'],
  float: ['float', 'double'],
  string: ['string', 'bytes'],
  bytes: ['bytes', 'string'],
};
const NAMED = ['record', 'enum', 'fixed'];

/**
 * What keeps `reader` from reading every value that was written with `writer`, by the rules of Avro's schema resolution. Empty when it can. Both are
 * schemas that a registry took: they are not checked for being schemas.
 */
export function avroIncompatibilities(reader: AvroSchema, writer: AvroSchema): readonly Incompatibility[] {
  return new Resolution(reader, writer).run();
}

class Resolution {
  readonly #root: { readonly reader: AvroSchema; readonly writer: AvroSchema };
  readonly #ofReader = new Map<string, Named>();
  readonly #ofWriter = new Map<string, Named>();
  /** Pairs of records under way or done: records may contain themselves. */
  readonly #seen = new Set<string>();

  constructor(reader: AvroSchema, writer: AvroSchema) {
    this.#root = { reader, writer };
    collectNames(reader, '', this.#ofReader);
    collectNames(writer, '', this.#ofWriter);
  }

  run(): readonly Incompatibility[] {
    return this.#resolve(this.#root.reader, this.#root.writer, '');
  }

  #resolve(readerSchema: AvroSchema, writerSchema: AvroSchema, path: string): readonly Incompatibility[] {
    if (Array.isArray(writerSchema)) return writerSchema.flatMap((branch) => this.#resolve(readerSchema, branch, path));
    const writer = typed(writerSchema, this.#ofWriter);
    if (Array.isArray(readerSchema)) return this.#resolveUnion(readerSchema, writer, path);
    const reader = typed(readerSchema, this.#ofReader);
    if (NAMED.includes(writer.type) || NAMED.includes(reader.type)) return this.#resolveNamed(reader, writer, path);
    if (reader.type === 'array' && writer.type === 'array') {
      return this.#resolve(reader['items'] as AvroSchema, writer['items'] as AvroSchema, below(path, '*'));
    }
    if (reader.type === 'map' && writer.type === 'map') {
      return this.#resolve(reader['values'] as AvroSchema, writer['values'] as AvroSchema, below(path, '*'));
    }
    const takes = PROMOTIONS[writer.type] ?? [writer.type];
    return takes.includes(reader.type) ? [] : [{ path, message: `reads ${reader.type} where ${writer.type} was written` }];
  }

  /** A union reads what one of its branches reads. Of several records the one of the same name speaks, so that its reason is told. */
  #resolveUnion(branches: readonly AvroSchema[], writer: Named, path: string): readonly Incompatibility[] {
    const sameName = branches.find((branch) => isSame(typed(branch, this.#ofReader), writer));
    if (sameName !== undefined) return this.#resolve(sameName, asSchema(writer), path);
    if (branches.some((branch) => this.#resolve(branch, asSchema(writer), path).length === 0)) return [];
    return [{ path, message: `has no branch for ${labelOf(writer)}` }];
  }

  #resolveNamed(reader: Named, writer: Named, path: string): readonly Incompatibility[] {
    if (reader.type !== writer.type || !isSame(reader, writer)) {
      return [{ path, message: `reads ${labelOf(reader)} where ${labelOf(writer)} was written` }];
    }
    if (reader.type === 'record') return this.#resolveFields(reader, writer, path);
    if (reader.type === 'fixed') {
      return reader['size'] === writer['size']
        ? []
        : [{ path, message: `reads ${String(reader['size'])} bytes, not ${String(writer['size'])}` }];
    }
    const symbols = reader['symbols'] as readonly string[];
    const unknown = (writer['symbols'] as readonly string[]).filter((symbol) => !symbols.includes(symbol));
    return unknown.length === 0 || 'default' in reader ? [] : [{ path, message: `does not know ${unknown.join(', ')}` }];
  }

  #resolveFields(reader: Named, writer: Named, path: string): readonly Incompatibility[] {
    const pair = `${fullName(reader)} ${fullName(writer)}`;
    if (this.#seen.has(pair)) return [];
    this.#seen.add(pair);
    const written = writer['fields'] as readonly AvroField[];
    return (reader['fields'] as readonly AvroField[]).flatMap((field) => {
      const source = written.find(({ name }) => name === field.name || field.aliases?.includes(name) === true);
      if (source !== undefined) return this.#resolve(field.type, source.type, below(path, field.name));
      if ('default' in field) return [];
      return [{ path: below(path, field.name), message: 'needs the field, which was not written, and has no default for it' }];
    });
  }
}

const fullName = ({ name = '', namespace = '' }: Named): string => (namespace === '' || name.includes('.') ? name : `${namespace}.${name}`);
const labelOf = (schema: Named): string => (NAMED.includes(schema.type) ? `${schema.type} ${fullName(schema)}` : schema.type);
const asSchema = (schema: Named): AvroSchema => schema;

function isSame(reader: Named, writer: Named): boolean {
  if (reader.type !== writer.type) return false;
  if (!NAMED.includes(reader.type)) return true;
  const name = fullName(writer);
  return (
    fullName(reader) === name || (reader.aliases ?? []).some((alias) => alias === name || `${reader.namespace ?? ''}.${alias}` === name)
  );
}

/** A schema that is no union, with its `type` as a word; names are looked up. */
function typed(schema: AvroSchema, names: ReadonlyMap<string, Named>): Named {
  if (typeof schema === 'string') return names.get(schema) ?? { type: schema };
  const { type } = schema as { type?: unknown };
  if (typeof type !== 'string') return typed(type as AvroSchema, names);
  if (!NAMED.includes(type)) return schema as unknown as Named;
  return names.get(fullName(schema as unknown as Named)) ?? (schema as unknown as Named);
}

/** Every named type of a schema by its full name; inner ones inherit the namespace. */
function collectNames(schema: AvroSchema, namespace: string, names: Map<string, Named>): void {
  if (typeof schema === 'string') return;
  if (Array.isArray(schema)) return schema.forEach((branch) => collectNames(branch, namespace, names));
  const type = schema['type'];
  if (typeof type !== 'string') return collectNames(type as AvroSchema, namespace, names);
  if (NAMED.includes(type)) {
    const own = { namespace, ...schema } as unknown as Named;
    names.set(fullName(own), own);
    for (const field of (schema['fields'] as readonly AvroField[] | undefined) ?? []) collectNames(field.type, own.namespace ?? '', names);
  }
  if (type === 'array') collectNames(schema['items'] as AvroSchema, namespace, names);
  if (type === 'map') collectNames(schema['values'] as AvroSchema, namespace, names);
}
