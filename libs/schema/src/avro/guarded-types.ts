import avsc, { type Schema, type Type } from 'avsc';
import { safeLong } from './safe-long.js';

/** avsc's cursor over the bytes, as far as it is used here. */
interface Tap {
  buf: Uint8Array;
  pos: number;
  readLong(): number;
  readString(): string;
  skipLong(): void;
  skipString(): void;
}

interface Inner {
  _read(tap: Tap): unknown;
  _skip(tap: Tap): void;
}

/**
 * The number of items in the next block. An item takes a byte at least, so a number beyond the bytes that are left comes from corrupt bytes;
 * avsc would read that many items from behind the end, and with them fill the memory of the process.
 */
const blockSize = (tap: Tap): number => {
  const announced = tap.readLong();
  if (announced < 0) tap.skipLong(); // a negative number is followed by the block's size in bytes
  const items = Math.abs(announced);
  if (items > tap.buf.length - tap.pos) throw new RangeError('more items than bytes');
  return items;
};

/** avsc's array, reading no more items than there are bytes. */
class GuardedArray extends avsc.types.ArrayType {
  _read(tap: Tap): unknown[] {
    const items = this.itemsType as unknown as Inner;
    const values: unknown[] = [];
    for (let left = blockSize(tap); left > 0; left = blockSize(tap)) {
      for (; left > 0; left -= 1) values.push(items._read(tap));
    }
    return values;
  }

  _skip(tap: Tap): void {
    const items = this.itemsType as unknown as Inner;
    for (let left = blockSize(tap); left > 0; left = blockSize(tap)) {
      for (; left > 0; left -= 1) items._skip(tap);
    }
  }
}

/** avsc's map with the same guard; it leaves `__proto__` out, which would become the prototype of the value. */
class GuardedMap extends avsc.types.MapType {
  _read(tap: Tap): Record<string, unknown> {
    const inner = this.valuesType as Inner;
    const values: Record<string, unknown> = {};
    for (let left = blockSize(tap); left > 0; left = blockSize(tap)) {
      for (; left > 0; left -= 1) {
        const key = tap.readString();
        const value = inner._read(tap);
        if (key !== '__proto__') values[key] = value;
      }
    }
    return values;
  }

  _skip(tap: Tap): void {
    const inner = this.valuesType as Inner;
    for (let left = blockSize(tap); left > 0; left = blockSize(tap)) {
      for (; left > 0; left -= 1) {
        tap.skipString();
        inner._skip(tap);
      }
    }
  }
}

/** Compiles an Avro schema into an avsc type that is safe with corrupt bytes and right for every safe integer. */
export const compileType = (schema: Schema): Type =>
  avsc.Type.forSchema(schema, {
    registry: { long: safeLong },
    omitRecordMethods: true,
    wrapUnions: 'auto',
    typeHook: (inner, options) => {
      const kind = (inner as { type?: unknown }).type;
      if (kind === 'array') return new GuardedArray(inner, options);
      return kind === 'map' ? new GuardedMap(inner, options) : undefined;
    },
  });
