import { pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { type BrokerRequest } from '../client/broker-request.js';

/** Kafka's number of SCRAM-SHA-512 (KIP-554). */
const SHA_512 = 2;
const HASH_BYTES = 64;
const ERROR_NONE = 0;

/** What became of the change of one user; `code` is the broker's, 0 where it was made. */
export interface UserResult {
  readonly user: string;
  readonly code: number;
  readonly message: string | undefined;
}

export interface UserUpsertion {
  readonly user: string;
  readonly iterations: number;
  readonly salt: Buffer;
  readonly saltedPassword: Buffer;
}

/** Salts a password as SCRAM does (RFC 5802), so that it never leaves the process. */
export async function salted(user: string, password: string, iterations: number): Promise<UserUpsertion> {
  const salt = randomBytes(32);
  return { user, iterations, salt, saltedPassword: await promisify(pbkdf2)(password, salt, iterations, HASH_BYTES, 'sha512') };
}

/** AlterUserScramCredentials, version 0 (KIP-554). */
export function alterUsers(deletions: readonly string[], upsertions: readonly UserUpsertion[]): BrokerRequest<readonly UserResult[]> {
  const body = new Writer();
  body.array(deletions, (user) => body.string(user).int8(SHA_512).noTags());
  body.array(upsertions, ({ user, iterations, salt, saltedPassword }) =>
    body.string(user).int8(SHA_512).int32(iterations).bytes(salt).bytes(saltedPassword).noTags(),
  );
  return {
    apiKey: 51,
    apiVersion: 0,
    apiName: 'AlterUserScramCredentials',
    body: body.noTags().take(),
    decode: (bytes) => {
      const reader = new Reader(bytes);
      reader.int32(); // how long the broker would have us wait
      return reader.array(() => ({ user: reader.string() ?? '', code: reader.int16(), message: reader.string(), ...reader.tags() }));
    },
  };
}

/** DescribeUserScramCredentials, version 0: every user with a SCRAM-SHA-512 password. Throws an `Error` with the broker's code when it refuses. */
export function describeUsers(): BrokerRequest<readonly { readonly user: string; readonly iterations: number }[]> {
  return {
    apiKey: 50,
    apiVersion: 0,
    apiName: 'DescribeUserScramCredentials',
    body: new Writer().nullArray().noTags().take(),
    decode: (bytes) => {
      const reader = new Reader(bytes);
      reader.int32();
      const code = reader.int16();
      const message = reader.string();
      if (code !== ERROR_NONE) throw new Error(`code ${code}${message === undefined ? '' : `, ${message}`}`);
      return reader
        .array(() => {
          const user = reader.string() ?? '';
          reader.int16();
          reader.string();
          const infos = reader.array(() => ({ mechanism: reader.int8(), iterations: reader.int32(), ...reader.tags() }));
          return { user, infos, ...reader.tags() };
        })
        .flatMap(({ user, infos }) => infos.flatMap(({ mechanism, iterations }) => (mechanism === SHA_512 ? [{ user, iterations }] : [])));
    },
  };
}

/** Kafka's compact types: lengths are one more than they say, 0 is null. */
class Writer {
  readonly #parts: Buffer[] = [];

  int8(value: number): this {
    return this.#add(Buffer.of(value));
  }
  int32(value: number): this {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    return this.#add(bytes);
  }
  string(text: string): this {
    return this.bytes(Buffer.from(text));
  }
  bytes(value: Buffer): this {
    return this.#varint(value.length + 1).#add(value);
  }
  array<Item>(items: readonly Item[], write: (item: Item) => void): this {
    this.#varint(items.length + 1);
    items.forEach(write);
    return this;
  }
  nullArray(): this {
    return this.#varint(0);
  }
  noTags(): this {
    return this.#varint(0);
  }
  take(): Buffer {
    return Buffer.concat(this.#parts);
  }

  #varint(value: number): this {
    const bytes: number[] = [];
    for (let rest = value; ; rest >>>= 7) {
      if (rest < 128) return this.#add(Buffer.of(...bytes, rest));
      bytes.push((rest & 127) | 128);
    }
  }
  #add(bytes: Buffer): this {
    this.#parts.push(bytes);
    return this;
  }
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  int8(): number {
    return this.#bytes.readInt8(this.#skip(1));
  }
  int16(): number {
    return this.#bytes.readInt16BE(this.#skip(2));
  }
  int32(): number {
    return this.#bytes.readInt32BE(this.#skip(4));
  }
  string(): string | undefined {
    const length = this.#varint() - 1;
    return length < 0 ? undefined : this.#bytes.toString('utf8', this.#skip(length), this.#at);
  }
  array<Item>(read: () => Item): Item[] {
    return Array.from({ length: Math.max(this.#varint() - 1, 0) }, read);
  }
  /** Passes over tagged fields: there are none that we know. */
  tags(): object {
    for (let left = this.#varint(); left > 0; left -= 1) {
      this.#varint();
      this.#skip(this.#varint());
    }
    return {};
  }

  #varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#bytes.readUInt8(this.#skip(1));
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  }
  #skip(bytes: number): number {
    const at = this.#at;
    this.#at += bytes;
    return at;
  }
}
