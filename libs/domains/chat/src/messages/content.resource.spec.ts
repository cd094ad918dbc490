import { describe, expect, it } from '@jest/globals';
import { newId } from '@caas/schema';
import { fromContentResource, toContentResource } from './content.resource.js';
import { type MessageContent } from './message-content.js';

const [file_id, user_id] = [newId('file'), newId('usr')];
const mentions = [{ user_id, display_name: 'Ada', offset: 0, length: 4 }];
const contents: MessageContent[] = [
  { type: 'text', text: '@ada' },
  { type: 'text', text: '@ada', mentions, formatting: [{ type: 'bold', offset: 0, length: 1 }] },
  { type: 'file', media: { file_id, file_name: 'a', file_size: 1, mime_type: 'text/plain' }, text: 'look' },
  { type: 'location', location: { latitude: 1, longitude: 2 } },
  { type: 'contact', contact: { name: 'Ada', phone: '+491234567' } },
  { type: 'sticker', sticker: { pack_id: 'p', sticker_id: 's' } },
  { type: 'sticker', media: { file_id, mime_type: 'image/png', width: 1, height: 1 } },
];

describe('content as the API shows it', () => {
  it.each(contents.map((content) => [content.type, content] as const))('%s comes back as it was', (_, content) => {
    const shown = toContentResource(content);

    expect(shown).not.toHaveProperty('mentions');
    expect(fromContentResource(shown, content.type === 'text' ? (content.mentions ?? []) : [])).toEqual(content);
  });
});
