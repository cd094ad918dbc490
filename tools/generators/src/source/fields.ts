/** Fields of a collection: as `--fields` writes them, and as a definition in a file has them. */
import * as ts from 'typescript';
import { Refusal } from '../workspace/refusal';
import { nodesOf, parse } from './edit';

/** A field with what each of its renderings needs. */
export interface Field {
  readonly name: string;
  /** The zod expression of the collection: `text({ min: 1, max: 200 }).nullable()`. */
  readonly stored: string;
  readonly isDate: boolean;
  readonly isNullable: boolean;
  /** A value as code. */
  readonly example: string;
  /** Another good one, for a change. */
  readonly other: string;
  /** A value that no field of this kind takes, as code. */
  readonly wrong: string;
}

interface Kind {
  readonly code: string;
  readonly example: string;
  readonly other: string;
  readonly wrong: string;
}

const KINDS: Readonly<Record<string, Kind>> = {
  text: { code: 'text({ min: 1, max: 200 })', example: "'Some words'", other: "'Other words'", wrong: '42' },
  int: { code: 'int32()', example: '7', other: '8', wrong: "'seven'" },
  long: { code: 'int64()', example: '5_000_000_000', other: '6_000_000_000', wrong: "'many'" },
  boolean: { code: 'z.boolean()', example: 'true', other: 'false', wrong: "'yes'" },
  date: {
    code: 'bsonDate()',
    example: "new Date('2026-01-02T03:04:05.678Z')",
    other: "new Date('2026-02-03T04:05:06.789Z')",
    wrong: "'some day'",
  },
};
const FORM = /^([a-z][a-z0-9_]{0,47}):([a-z]+(?:\|[a-z][a-z0-9_]*)*)(\?)?$/;
/** Names that every stored document has. */
const STANDARD = new Set(['tenant_id', 'created_at', 'updated_at', 'deleted_at', 'deleted_by']);

/** Reads `title:text,done:boolean,due_at:date?,state:open|done`. A question mark lets a field be null. */
export function parseFields(written: string, idField: string): Field[] {
  const fields = written.split(',').map((part) => parseField(part.trim()));
  const names = fields.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Refusal('fields', `the field "${twice}" is there twice`);
  const taken = names.find((name) => STANDARD.has(name) || name === idField);
  if (taken !== undefined) throw new Refusal('fields', `"${taken}" is added by itself; leave it out`);
  return fields;
}

function parseField(written: string): Field {
  const [, name = '', kind = '', mark] = FORM.exec(written) ?? [];
  const of = KINDS[kind];
  if (name === '' || (of === undefined && !kind.includes('|'))) {
    const kinds = Object.keys(KINDS).join(', ');
    throw new Refusal(
      'fields',
      `"${written}" must be a snake_case name, a colon and ${kinds} or words such as open|done; ? at the end allows null`,
    );
  }
  const isNullable = mark === '?';
  const rendered = of ?? wordsOf(kind.split('|'));
  return { name, ...toField(rendered, `${rendered.code}${isNullable ? '.nullable()' : ''}`, isNullable) };
}

function wordsOf(words: readonly string[]): Kind {
  const list = words.map((word) => `'${word}'`);
  return { code: `z.enum([${list.join(', ')}])`, example: `${list[0]} as const`, other: `${list.at(-1)} as const`, wrong: '42' };
}

function toField({ example, other, wrong, code }: Kind, stored: string, isNullable: boolean): Omit<Field, 'name'> {
  return { stored, isDate: code.startsWith('bsonDate'), isNullable, example, other, wrong };
}

/**
 * The fields of a definition in a file, whoever wrote it, or `undefined` where one of them is more than the kinds that generators know: bounds may be
 * changed, fields added and removed.
 */
export function readFields(text: string): Field[] | undefined {
  const object = shapeOf(text);
  if (object === undefined) return undefined;
  const fields = object.properties.map((property) => (ts.isPropertyAssignment(property) ? readField(property) : undefined));
  return fields.every((field) => field !== undefined) ? fields : undefined;
}

function readField({ name, initializer }: ts.PropertyAssignment): Field | undefined {
  const stored = initializer.getText();
  const isNullable = stored.endsWith('.nullable()');
  const inner = isNullable ? stored.slice(0, -'.nullable()'.length) : stored;
  const kind = kindOf(inner);
  return kind && { name: name.getText(), ...toField(kind, stored, isNullable) };
}

function kindOf(code: string): Kind | undefined {
  const words = /^z\.enum\(\[([^\]]*)\]\)$/.exec(code)?.[1];
  if (words !== undefined) return wordsOf([...words.matchAll(/'([^']*)'/g)].map(([, word = '']) => word));
  const callee = /^([\w.]+)\((\{[^(){}]*\})?\)$/.exec(code)?.[1];
  const known = Object.values(KINDS).find((kind) => kind.code.startsWith(`${callee}(`));
  return known && { ...known, code };
}

/** The same field for other dialects than MongoDB's. */
export const inJson = ({ stored }: Field): string => stored.replace('bsonDate()', 'dateTime()');
export const inEvent = ({ stored }: Field): string => stored.replace('bsonDate()', 'timestampMs()');

/** What the expressions take from `@caas/schema`, in order. */
export function importsOf(expressions: readonly string[], ...more: string[]): string {
  const used = expressions.flatMap((code) =>
    [...code.matchAll(/\b(text|int32|int64|bsonDate|dateTime|timestampMs|idOf)\(/g)].map(([, name = '']) => name),
  );
  return [...new Set([...used, ...more, 'z'])].sort((one, other) => one.localeCompare(other)).join(', ');
}

/** The names of the fields of a definition, of whatever kind. */
export function fieldNames(text: string): string[] {
  return shapeOf(text)?.properties.flatMap(({ name }) => (name === undefined ? [] : [name.getText()])) ?? [];
}

function shapeOf(text: string): ts.ObjectLiteralExpression | undefined {
  const call = nodesOf(parse(text), ts.isCallExpression).find(({ expression }) => expression.getText() === 'z.strictObject');
  const [object] = call?.arguments ?? [];
  return object !== undefined && ts.isObjectLiteralExpression(object) ? object : undefined;
}
