import { type Schema, type Type } from 'avsc';
import { type z } from 'zod';
import { describeShape } from '../shape/describe-shape.js';
import { type Shape } from '../shape/shape.js';
import { AvroOutput } from './avro-output.js';
import { type AvroName, type AvroSchema, renderAvro } from './avro-schema.js';
import { AvroValueError } from './avro-value-error.js';
import { avroWriter } from './avro-writer.js';
import { fromAvroValue } from './from-avro-value.js';
import { compileType } from './guarded-types.js';
import { misfitOf } from './misfit.js';
import { admitUnknownBranches } from './unknown-branches.js';

/** Writes and reads the values of one shape, without the framing of a registry. */
export interface AvroCodec<T> {
  /** The schema that {@link AvroCodec.encode} writes. */
  readonly schema: AvroSchema;
  /**
   * The bytes of a value. Takes plain values and leaves them as they are. Throws AvroValueError naming the field when the structure is wrong:
   * missing, unknown or of another type. Lengths, ranges and patterns are the validator's to check. `headroom` bytes stay free in front of it,
   * for the caller to fill in.
   */
  encode(value: T, headroom?: number): Buffer;
  /** The value that was written with our schema. Throws AvroValueError for bytes that are none. */
  decode(encoded: Buffer): T;
  /**
   * A decoder for what was written with another version of the schema: unknown fields are dropped, absent ones get their default. Throws
   * AvroValueError when the versions cannot be reconciled. Compiling costs milliseconds: the caller keeps the decoder by schema id.
   */
  decoderFor(writerSchema: AvroSchema): (encoded: Buffer) => T;
}

const explainMisfit = (shape: Shape, value: unknown, cause: unknown): AvroValueError => {
  const misfit = misfitOf(shape, value);
  return misfit
    ? new AvroValueError('misfit', misfit.message, { pointer: misfit.pointer, cause })
    : new AvroValueError('misfit', 'does not fit the schema', { cause });
};

/** Runs a read; every error of avsc or JSON becomes ours. */
const reading = <T>(read: () => T): T => {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof AvroValueError) throw cause;
    throw new AvroValueError('undecodable', 'the bytes are no value of the schema', { cause });
  }
};

const resolverFor = (writerSchema: AvroSchema, ours: AvroSchema, shape: Shape): ((encoded: Buffer) => unknown) => {
  try {
    const writer = compileType(writerSchema as Schema);
    const reader = compileType(admitUnknownBranches(ours, shape, writer) as Schema);
    const resolver = reader.createResolver(writer);
    return (encoded) => reader.fromBuffer(encoded, resolver) as unknown;
  } catch (cause) {
    throw new AvroValueError('undecodable', 'the schema of the writer cannot be read with ours', { cause });
  }
};

/** Writing is synchronous, so that all codecs share one. */
const output = new AvroOutput();

/** Compiles the codec of a shape. Do it once, at start. Throws UnrepresentableError like `toAvro`. */
export const compileAvro = <T>(schema: z.ZodType<T>, name: AvroName): AvroCodec<T> => {
  const shape = describeShape(schema);
  const avroSchema = renderAvro(shape, name);
  let type: Type | undefined; // readers of what other versions wrote never need it
  const write = avroWriter(shape);
  const restore = fromAvroValue(shape, name);
  const plain = (value: unknown): T => (restore ? restore(value) : value) as T;

  return {
    schema: avroSchema,
    encode: (value, headroom = 0) => {
      try {
        output.begin(headroom);
        write(output, value);
        return output.end();
      } catch (cause) {
        throw explainMisfit(shape, value, cause);
      }
    },
    decode: (encoded) => reading(() => plain((type ??= compileType(avroSchema as Schema)).fromBuffer(encoded))),
    decoderFor: (writerSchema) => {
      const read = resolverFor(writerSchema, avroSchema, shape);
      return (encoded) => reading(() => plain(read(encoded)));
    },
  };
};
