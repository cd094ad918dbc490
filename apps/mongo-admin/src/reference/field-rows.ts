import { type Shape } from '@caas/schema';

/** One field of a collection, for the page. */
export interface FieldRow {
  /** Dotted; `[]` for the elements of a list, `*` for the values of a map. */
  readonly path: string;
  readonly type: string;
  /** Lengths, ranges, patterns; empty without any. */
  readonly limits: string;
  readonly isNullable: boolean;
  readonly isOptional: boolean;
  readonly description: string;
}

/** Every field of an object and of what is inside it, in the order of the definition. */
export function fieldRows(shape: Shape, path = ''): FieldRow[] {
  switch (shape.kind) {
    case 'object':
      return shape.fields.flatMap((field) => {
        const at = path === '' ? field.name : `${path}.${field.name}`;
        return [rowOf(field.shape, at, field.optional), ...fieldRows(field.shape, at)];
      });
    case 'array':
      return fieldRows(shape.items, `${path}[]`);
    case 'record':
      return fieldRows(shape.values, `${path}.*`);
    case 'union':
      return shape.branches.flatMap(({ tags, shape: branch }) => fieldRows(branch, `${path}(${tags.join('|')})`));
    case 'string':
    case 'enum':
    case 'boolean':
    case 'integer':
    case 'double':
    case 'bson-date':
    case 'bytes':
    case 'free-form':
      return [];
  }
}

function rowOf(shape: Shape, path: string, isOptional: boolean): FieldRow {
  const description = shape.annotations.description ?? '';
  return { path, type: typeOf(shape), limits: limitsOf(shape), isNullable: shape.nullable, isOptional, description };
}

function typeOf(shape: Shape): string {
  switch (shape.kind) {
    case 'string':
      return shape.format ?? idKindOf(shape) ?? 'text';
    case 'enum':
      return shape.values.map((value) => code(String(value))).join(', ');
    case 'boolean':
      return 'boolean';
    case 'integer':
      return `int${shape.width}`;
    case 'double':
      return 'double';
    case 'bson-date':
      return 'date';
    case 'bytes':
      return 'binary';
    case 'free-form':
      return 'free-form object';
    case 'array':
      return `list of ${typeOf(shape.items)}`;
    case 'record':
      return `map of ${typeOf(shape.values)}`;
    case 'object':
      return 'object';
    case 'union':
      return `object, by ${code(shape.discriminator)}`;
  }
}

/** `id usr_…` for the pattern of a public id. */
function idKindOf({ patterns }: Extract<Shape, { kind: 'string' }>): string | undefined {
  const [, prefix] = /^\^([a-z]+)_\[0-7\]\[[^\]]*\]\{25\}\$$/.exec(patterns[0]?.ecma ?? '') ?? [];
  return prefix === undefined ? undefined : `id ${code(`${prefix}_…`)}`;
}

/** Patterns of addresses and the like would fill the page and tell nobody anything. */
const PATTERN_LENGTH_MAX = 60;

function patternText(pattern: string): string {
  return pattern.length > PATTERN_LENGTH_MAX ? 'a pattern' : code(pattern);
}

const INT32 = { min: -(2 ** 31), max: 2 ** 31 - 1 };

function limitsOf(shape: Shape): string {
  switch (shape.kind) {
    case 'string': {
      // A format says more than its pattern, and so does the name of an id.
      const patterns =
        shape.format === undefined && idKindOf(shape) === undefined ? shape.patterns.map(({ ecma }) => patternText(ecma)) : [];
      return [...range(shape.min === 0 ? undefined : shape.min, shape.max, ' characters'), ...patterns].join(', ');
    }
    case 'integer': {
      const whole = shape.width === 32 ? INT32 : { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };
      return range(shape.min > whole.min ? shape.min : undefined, shape.max < whole.max ? shape.max : undefined).join('');
    }
    case 'double':
      return range(bounded(shape.min), bounded(shape.max)).join('');
    case 'bytes':
      return `≤ ${shape.max} bytes`;
    case 'free-form':
      return `≤ ${shape.limits.maxBytes} bytes, ${shape.limits.maxKeys} keys, depth ${shape.limits.maxDepth}`;
    case 'array':
      return [...range(shape.min === 0 ? undefined : shape.min, shape.max, ' elements'), each(limitsOf(shape.items))]
        .filter(Boolean)
        .join(', ');
    case 'record':
      return [shape.maxKeys === undefined ? '' : `≤ ${shape.maxKeys} keys`, each(limitsOf(shape.values))].filter(Boolean).join(', ');
    case 'enum':
    case 'boolean':
    case 'bson-date':
    case 'object':
    case 'union':
      return '';
  }
}

function each(limits: string): string {
  return limits === '' ? '' : `each ${limits}`;
}

function bounded(value: number): number | undefined {
  return Number.isFinite(value) && Math.abs(value) < Number.MAX_VALUE ? value : undefined;
}

function range(min: number | undefined, max: number | undefined, unit = ''): string[] {
  if (min === undefined && max === undefined) return [];
  if (min === undefined) return [`≤ ${max}${unit}`];
  if (max === undefined) return [`≥ ${min}${unit}`];
  return [min === max ? `${min}${unit}` : `${min}–${max}${unit}`];
}

/** Text as code in a cell of a table. */
export function code(text: string): string {
  const fence = text.includes('`') ? '``' : '`';
  return `${fence}${text.replaceAll('|', '\\|')}${fence}`;
}
