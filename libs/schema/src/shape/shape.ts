import { type FreeFormLimits, type StringFormat } from '../rules.js';
import { type PortablePattern } from './portable-pattern.js';

/** Human-readable parts of a definition; they change no meaning. */
export interface Annotations {
  title?: string;
  description?: string;
  examples?: unknown[];
  deprecated?: boolean;
}

/** What every shape can carry on top of its kind. */
export interface ShapeCommon {
  nullable: boolean;
  annotations: Annotations;
}

/** A text. Lengths in code points. */
export interface StringShape extends ShapeCommon {
  kind: 'string';
  min: number;
  max: number | undefined;
  /** Lone surrogates are refused. */
  wellFormed: boolean;
  patterns: PortablePattern[];
  format: StringFormat | undefined;
}

/** One of some constants of one JavaScript type. */
export interface EnumShape extends ShapeCommon {
  kind: 'enum';
  type: 'string' | 'integer' | 'boolean';
  values: (string | number | boolean)[];
}

/** True or false. */
export interface BooleanShape extends ShapeCommon {
  kind: 'boolean';
}

/** An integer of 32 bits or one that JavaScript holds exactly; bounds inclusive. */
export interface IntegerShape extends ShapeCommon {
  kind: 'integer';
  width: 32 | 64;
  /** The number is an instant in epoch milliseconds. */
  isTimestamp: boolean;
  min: number;
  max: number;
}

/** A finite number. */
export interface DoubleShape extends ShapeCommon {
  kind: 'double';
  min: number;
  max: number;
  exclusiveMin: boolean;
  exclusiveMax: boolean;
}

/** An instant in a document. */
export interface DateShape extends ShapeCommon {
  kind: 'bson-date';
}

/** Binary data. */
export interface BytesShape extends ShapeCommon {
  kind: 'bytes';
  max: number;
}

/** A JSON object within limits. */
export interface FreeFormShape extends ShapeCommon {
  kind: 'free-form';
  limits: FreeFormLimits;
}

/** A list. */
export interface ArrayShape extends ShapeCommon {
  kind: 'array';
  items: Shape;
  min: number;
  max: number | undefined;
}

/** A map from names that match `key` to values of one shape. */
export interface RecordShape extends ShapeCommon {
  kind: 'record';
  key: StringShape;
  values: Shape;
  maxKeys: number | undefined;
}

/** A named part of an object. */
export interface Field {
  name: string;
  shape: Shape;
  /** The property may be absent and then has no value. */
  optional: boolean;
  /** The value of an absent property; undefined when there is none. Never together with `optional`. */
  defaultValue: { value: unknown } | undefined;
}

/** An object with these fields and no others. */
export interface ObjectShape extends ShapeCommon {
  kind: 'object';
  fields: Field[];
  /** The name from `.meta({ id })`: the same id is the same definition wherever it occurs. */
  id: string | undefined;
}

/** One alternative of a union, chosen by these values of the discriminator. */
export interface Branch {
  tags: string[];
  shape: ObjectShape;
}

/** One of several objects, told apart by one field. */
export interface UnionShape extends ShapeCommon {
  kind: 'union';
  discriminator: string;
  branches: Branch[];
}

/** A kind before its wrappers are known. */
export type Bare<S extends ShapeCommon> = S extends ShapeCommon ? Omit<S, keyof ShapeCommon> : never;

/** What a zod shape means: the part of zod that every dialect can say. Every renderer reads this and nothing else. */
export type Shape =
  | StringShape
  | EnumShape
  | BooleanShape
  | IntegerShape
  | DoubleShape
  | DateShape
  | BytesShape
  | FreeFormShape
  | ArrayShape
  | RecordShape
  | ObjectShape
  | UnionShape;
