import { defineTenantSeed, type TenantSeedContext } from '@caas/composition/seeding';
import { fileRow, files, mediaMetadata, mediaMetadataRow } from '@caas/media/seeds';
import { type SeededMessage, seededMessages } from './seeded-messages.js';

/** The files in messages, once each: a file that is sent again stays that of its first message. */
export const attachmentsSeed = defineTenantSeed({
  name: 'attachments',
  collection: files,
  plan: (context) => {
    const rows = attachmentsOf(context).map(({ file, messageId, conversation: { conversationId }, from, at }) => {
      const usage = { context: 'message', message_id: messageId, conversation_id: conversationId, post_id: null } as const;
      return fileRow(context, file, { uploader: from!, usage, at, expiresAt: null });
    });
    return { total: rows.length, rows };
  },
});

/** What processing knows of them. */
export const attachmentMediaSeed = defineTenantSeed({
  name: 'attachment media metadata',
  collection: mediaMetadata,
  plan: (context) => {
    const rows = attachmentsOf(context).map(({ file, at }) => mediaMetadataRow(context, file, at));
    return { total: rows.length, rows };
  },
});

type Attachment = SeededMessage & { readonly file: NonNullable<SeededMessage['file']> };

function attachmentsOf(context: TenantSeedContext): readonly Attachment[] {
  const first = new Map<string, Attachment>();
  for (const message of seededMessages(context).flat()) {
    const { file } = message;
    if (file !== undefined && !first.has(file.fileId)) first.set(file.fileId, { ...message, file });
  }
  return [...first.values()];
}
