/** Big-endian bytes one after the other. It grows and is used again and again: writing is synchronous, and what leaves is a copy. */
export class ByteWriter {
  #bytes = Buffer.allocUnsafeSlow(256 * 1024);
  at = 0;

  reserve(bytes: number): Buffer {
    if (this.at + bytes > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(this.at + bytes)));
      this.#bytes.copy(grown, 0, 0, this.at);
      this.#bytes = grown;
    }
    return this.#bytes;
  }

  int16(value: number): void {
    this.at = this.reserve(2).writeInt16BE(value, this.at);
  }
  int32(value: number): void {
    this.at = this.reserve(4).writeInt32BE(value, this.at);
  }
  /** A safe integer. */
  int64(value: number): void {
    const high = Math.floor(value / 2 ** 32);
    this.int32(high);
    this.at = this.reserve(4).writeUInt32BE(value - high * 2 ** 32, this.at);
  }
  string(text: string): void {
    const length = Buffer.byteLength(text);
    this.int16(length);
    this.at += this.reserve(length).write(text, this.at);
  }
  bytes(value: Buffer): void {
    this.reserve(value.length).set(value, this.at);
    this.at += value.length;
  }
  copy(from: number): Buffer {
    return Buffer.from(this.#bytes.subarray(from, this.at));
  }
  view(from: number): Buffer {
    return this.#bytes.subarray(from, this.at);
  }
}
