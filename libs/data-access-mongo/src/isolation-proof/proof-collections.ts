import { bsonDate, idOf, int64, text, z } from '@caas/schema';
import { defineCollection } from '../definition/define-collection.js';

/**
 * The collections of one proof, under names of their own: a proof never touches a collection that anybody uses. One with soft delete, a natural key,
 * text and nested elements, and one without soft delete that refers to it.
 */
export function proofCollections(suffix: string) {
  const rows = defineCollection({
    name: `isolation_proof_rows_${suffix}`,
    scope: 'tenant',
    id: { field: 'user_id', prefix: 'usr' },
    softDelete: true,
    schema: z.strictObject({
      handle: text({ min: 1, max: 40 }).nullable(),
      status: z.enum(['active', 'banned']),
      name: text({ max: 100 }),
      /** Tells whose row it is, wherever it turns up. */
      secret: text({ max: 100 }),
      tags: z.array(text({ max: 40 })).max(20),
      members: z.array(z.strictObject({ user_id: idOf('usr'), role: text({ max: 20 }) })).max(20),
      sent: int64({ min: 0 }),
      seen_at: bsonDate().nullable(),
    }),
    indexes: [
      {
        name: 'proof_handle',
        keys: { tenant_id: 1, handle: 1 },
        unique: true,
        partial: { handle: { $type: 'string' }, deleted_at: null },
      },
      { name: 'proof_text', keys: { tenant_id: 1, name: 'text' } },
    ],
    description: 'Rows that a proof of isolation is made with; removed when it ends.',
  });
  const links = defineCollection({
    name: `isolation_proof_links_${suffix}`,
    scope: 'tenant',
    id: { field: 'message_id', prefix: 'msg' },
    schema: z.strictObject({ owner_id: idOf('usr'), seq: int64({ min: 0 }), secret: text({ max: 100 }) }),
    indexes: [{ name: 'proof_seq', keys: { tenant_id: 1, seq: 1 }, unique: true }],
    description: 'References between rows of a proof of isolation; removed when it ends.',
  });
  return { rows, links };
}

export type ProofCollections = ReturnType<typeof proofCollections>;
