/** Confluent's wire format: a zero byte, the schema id as 4 bytes big-endian, then the body. */
const MAGIC = 0;
export const FRAME_BYTES = 5;

/** A body with its schema id in front. */
export function frame(schemaId: number, body: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(FRAME_BYTES + body.length);
  framed.set(body, FRAME_BYTES);
  return fillFrame(framed, schemaId);
}

/** Writes the frame into a value whose first {@link FRAME_BYTES} were left free for it. */
export function fillFrame(framed: Buffer, schemaId: number): Buffer {
  framed[0] = MAGIC;
  framed.writeUInt32BE(schemaId, 1);
  return framed;
}

/** The schema id of a framed value; `undefined` when it is not framed. The body is what follows the first {@link FRAME_BYTES}. */
export function schemaIdOf(value: Buffer): number | undefined {
  return value.length > FRAME_BYTES && value[0] === MAGIC ? value.readUInt32BE(1) : undefined;
}
