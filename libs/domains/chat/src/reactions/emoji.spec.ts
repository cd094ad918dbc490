import { describe, expect, it } from '@jest/globals';
import { emojiKey } from './emoji.js';

describe('emojiKey', () => {
  it.each(['👍', '👩‍👩‍👧‍👦', '1️⃣', '🇨🇭', '❤️', 'party_parrot', ':+1:', 'é'])('accepts %s', (value) => {
    expect(emojiKey().safeParse(value).success).toBe(true);
  });

  it.each(['', ' ', 'a.b', '$set', 'a$', '__proto__', 'constructor', 'a\0', 'a\n', '\ud83d', 'a'.repeat(65)])('refuses %j', (value) => {
    expect(emojiKey().safeParse(value).success).toBe(false);
  });
});
