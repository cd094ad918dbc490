import { compressSync, uncompressSync } from 'snappy';

/**
 * Snappy as Java's Kafka clients frame it (xerial `SnappyOutputStream`): magic, version, lowest compatible version, then blocks of
 * `int32 length + raw snappy` of at most 32 KiB of input each. https://github.com/xerial/snappy-java#compatibility-notes
 */
const MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const HEADER = Buffer.concat([MAGIC, Buffer.from([0, 0, 0, 1, 0, 0, 0, 1])]);
const BLOCK_BYTES = 32 * 1024;
/** A fetched batch expands to at most this; more is an attack or damage. */
const EXPANDED_BYTES_MAX = 64 * 1024 * 1024;

/** Frames and compresses. Synchronous: a batch takes less time than a round trip through the thread pool. */
export function compressXerial(input: Buffer): Buffer {
  const parts: Buffer[] = [HEADER];
  for (let start = 0; start < input.length; start += BLOCK_BYTES) {
    const block = compressSync(input.subarray(start, start + BLOCK_BYTES));
    const length = Buffer.allocUnsafe(4);
    length.writeInt32BE(block.length);
    parts.push(length, block);
  }
  return Buffer.concat(parts);
}

/** Reads both forms seen on Kafka: xerial frames (Java, librdkafka) and one raw snappy block (other clients). Throws `RangeError` on damage. */
export function expandXerial(input: Buffer): Buffer {
  if (input.length < HEADER.length || !input.subarray(0, MAGIC.length).equals(MAGIC)) return expandBlock(input, 0);
  const parts: Buffer[] = [];
  let expanded = 0;
  for (let position = HEADER.length; position < input.length;) {
    if (position + 4 > input.length) throw new RangeError('A snappy frame ends inside a length.');
    const length = input.readInt32BE(position);
    const end = position + 4 + length;
    if (length < 0 || end > input.length) throw new RangeError('A snappy frame is longer than its batch.');
    const block = expandBlock(input.subarray(position + 4, end), expanded);
    expanded += block.length;
    parts.push(block);
    position = end;
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts, expanded);
}

function expandBlock(block: Buffer, before: number): Buffer {
  if (before + expandedLength(block) > EXPANDED_BYTES_MAX) throw new RangeError('A snappy batch expands beyond its limit.');
  return uncompressSync(block, { asBuffer: true }) as Buffer;
}

/** The length that a raw snappy block announces: a little-endian varint in front of it. */
function expandedLength(block: Buffer): number {
  let length = 0;
  for (let index = 0; index < 5; index += 1) {
    const byte = block[index];
    if (byte === undefined) throw new RangeError('A snappy block ends inside its length.');
    length += (byte & 0x7f) * 2 ** (7 * index);
    if ((byte & 0x80) === 0) return length;
  }
  throw new RangeError('A snappy block has no readable length.');
}
