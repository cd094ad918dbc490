import { ByteWriter } from './byte-writer.js';
import { crc32c } from './crc32c.js';
import { compressXerial } from './snappy.js';

/** A record in the form of our producers. */
export interface PlainMessage {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a batch says of all its records. */
export interface BatchFacts {
  /** Epoch milliseconds; the time of every record. */
  readonly now: number;
  /** Records of at least this size together are compressed with snappy; infinite for none. */
  readonly snappyFromBytes: number;
  readonly producer: number;
  readonly producerEpoch: number;
  readonly firstSequence: number;
}

/** The attribute bits of the codec. */
const SNAPPY = 2;
const MAGIC = 2;
/** Offset, length, leader epoch, magic, CRC; then attributes, last offset delta, two timestamps, producer id, epoch, sequence, count. */
const HEAD_BYTES = 8 + 4 + 4 + 1 + 4;
const BATCH_BYTES = HEAD_BYTES + 2 + 4 + 8 + 8 + 8 + 2 + 4 + 4;
const CRC_AT = 17;
const VARINT_BYTES_MAX = 5;

const records = new ByteWriter();

/** One record batch of magic 2 with its size in front; https://kafka.apache.org/documentation/#recordbatch */
export function writeRecordBatch(request: ByteWriter, messages: readonly PlainMessage[], batch: BatchFacts): void {
  records.at = 0;
  for (let index = 0; index < messages.length; index += 1) writeRecord(messages[index] as PlainMessage, index);
  const isSnappy = records.at >= batch.snappyFromBytes;
  const body = isSnappy ? compressXerial(records.view(0)) : records.view(0);
  const size = BATCH_BYTES + body.length;
  request.int32(size);
  const start = request.at;
  request.int64(0); // first offset
  request.int32(size - 12);
  request.int32(0); // leader epoch
  request.reserve(1)[request.at++] = MAGIC;
  request.int32(0); // the checksum, written below
  request.int16(isSnappy ? SNAPPY : 0);
  request.int32(messages.length - 1);
  request.int64(batch.now);
  request.int64(batch.now);
  request.int64(batch.producer);
  request.int16(batch.producerEpoch);
  request.int32(batch.firstSequence);
  request.int32(messages.length);
  request.bytes(body);
  const written = request.reserve(0);
  written.writeUInt32BE(crc32c(written, start + HEAD_BYTES, request.at), start + CRC_AT);
}

/** Length, attributes, timestamp delta, offset delta, key, value, headers. */
function writeRecord({ key, value, headers = {} }: PlainMessage, offsetDelta: number): void {
  let headerBytes = 0;
  let headerCount = 0;
  let isAscii = true;
  for (const name in headers) {
    const text = headers[name] ?? '';
    const length = Buffer.byteLength(text);
    if (length !== text.length) isAscii = false;
    headerBytes += nameBytes(name).length + sizeOfVarint(length) + length;
    headerCount += 1;
  }
  const bodyBytes = 2 + sizeOfVarint(offsetDelta) + sizeOfBytes(key) + sizeOfBytes(value) + sizeOfVarint(headerCount) + headerBytes;
  const buffer = records.reserve(VARINT_BYTES_MAX + bodyBytes);
  let at = writeVarint(buffer, bodyBytes, records.at);
  buffer[at++] = 0; // attributes
  buffer[at++] = 0; // timestamp delta: all records of a request carry its time
  at = writeVarint(buffer, offsetDelta, at);
  at = writeBytes(buffer, key, at);
  at = writeBytes(buffer, value, at);
  at = writeVarint(buffer, headerCount, at);
  for (const name in headers) {
    const encodedName = nameBytes(name);
    buffer.set(encodedName, at);
    at += encodedName.length;
    const text = headers[name] ?? '';
    at = writeVarint(buffer, isAscii ? text.length : Buffer.byteLength(text), at);
    at += buffer.write(text, at, isAscii ? 'latin1' : 'utf8');
  }
  records.at = at;
}

const NAMES_MAX = 1_000;
const names = new Map<string, Buffer>();

/** A header's name with its length in front; few names are in use. */
function nameBytes(name: string): Buffer {
  let bytes = names.get(name);
  if (bytes === undefined) {
    const text = Buffer.from(name);
    const length = Buffer.alloc(VARINT_BYTES_MAX);
    bytes = Buffer.concat([length.subarray(0, writeVarint(length, text.length, 0)), text]);
    if (names.size < NAMES_MAX) names.set(name, bytes);
  }
  return bytes;
}

function sizeOfBytes(value: Buffer | null): number {
  return value === null ? 1 : sizeOfVarint(value.length) + value.length;
}

function writeBytes(buffer: Buffer, value: Buffer | null, at: number): number {
  if (value === null) return writeVarint(buffer, -1, at);
  const start = writeVarint(buffer, value.length, at);
  buffer.set(value, start);
  return start + value.length;
}

/** Zig-zag, then seven bits a byte, lowest first. */
function writeVarint(buffer: Buffer, value: number, at: number): number {
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  while (rest > 0x7f) {
    buffer[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  buffer[at++] = rest;
  return at;
}

function sizeOfVarint(value: number): number {
  const rest = ((value << 1) ^ (value >> 31)) >>> 0;
  return rest < 0x80 ? 1 : rest < 0x4000 ? 2 : rest < 0x200000 ? 3 : rest < 0x10000000 ? 4 : 5;
}
