/** Where a definition cannot be said. `every dialect` stands for the rules that hold before any rendering. */
export type Dialect = 'every dialect' | 'bson' | 'json-schema' | 'avro';

/** What is wrong where. */
export interface UnrepresentableOptions {
  /** JSON pointer to the field, `*` for the items of an array and the values of a record; empty for the root. */
  path: string;
  dialect: Dialect;
  /** The rule that is broken and what to use instead. */
  rule: string;
}

/** A zod shape uses something that a dialect cannot say with the same meaning. Thrown when the definition is made, never for a value. */
export class UnrepresentableError extends Error {
  override readonly name = 'UnrepresentableError';
  readonly path: string;
  readonly dialect: Dialect;
  readonly rule: string;

  constructor({ path, dialect, rule }: UnrepresentableOptions) {
    super(`${path === '' ? 'the root' : path} cannot be rendered (${dialect}): ${rule}`);
    this.path = path;
    this.dialect = dialect;
    this.rule = rule;
  }
}
