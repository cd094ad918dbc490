/** An error of a MongoDB server, as it answers a command. */
export interface MongoRefusal {
  readonly code: number;
  readonly codeName: string;
}

export const MONGO_REFUSALS = {
  /** Another write was at the same document: the server asks for another try. */
  writeConflict: { code: 112, codeName: 'WriteConflict' },
  /** What is stored has another type than the update needs: no try helps. */
  typeMismatch: { code: 14, codeName: 'TypeMismatch' },
  /** The server that was the primary is none any more. */
  notPrimary: { code: 10107, codeName: 'NotWritablePrimary' },
} as const satisfies Readonly<Record<string, MongoRefusal>>;

const OP_MSG = 2013;
const HEADER_BYTES = 16;
/** Flags and the kind of the first section. */
const PREAMBLE_BYTES = 5;
/** Length of the document and type of its first element. */
const NAME_AT = HEADER_BYTES + PREAMBLE_BYTES + 5;

/** The name of the command that a client sends (`insert`, `findAndModify`); `undefined` for bytes that are no beginning of one. */
export function mongoCommandOf(request: Buffer): string | undefined {
  if (request.length <= NAME_AT || request.readInt32LE(12) !== OP_MSG) return undefined;
  const end = request.indexOf(0, NAME_AT);
  return end < 0 ? undefined : request.toString('latin1', NAME_AT, end);
}

/** The answer that refuses a command, as it stands on the wire. For `TcpProxy.answerFor`. */
export function mongoRefusalOf(request: Buffer, { code, codeName }: MongoRefusal): Buffer {
  const body = documentOf({ ok: 0, code, codeName, errmsg: codeName });
  const head = Buffer.alloc(HEADER_BYTES + PREAMBLE_BYTES);
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(request.readInt32LE(4), 8); // answers that request
  head.writeInt32LE(OP_MSG, 12);
  return Buffer.concat([head, body]);
}

/** BSON of whole numbers and short texts. */
function documentOf(fields: Readonly<Record<string, number | string>>): Buffer {
  const elements = Object.entries(fields).map(([name, value]) => {
    const [type, bytes] = typeof value === 'number' ? [0x10, int32(value)] : [0x02, Buffer.concat([int32(value.length + 1), text(value)])];
    return Buffer.concat([Buffer.from([type]), text(name), bytes]);
  });
  const content = Buffer.concat([...elements, Buffer.alloc(1)]);
  return Buffer.concat([int32(content.length + 4), content]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

const text = (value: string): Buffer => Buffer.from(`${value}\0`, 'latin1');
