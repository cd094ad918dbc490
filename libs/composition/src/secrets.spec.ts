import { describe, expect, it } from '@jest/globals';
import { parseSecrets } from './secrets.js';

describe('parseSecrets', () => {
  const [one, two] = [Buffer.alloc(32, 1), Buffer.alloc(32, 255)];

  it('takes one pepper', () => {
    expect(parseSecrets({ API_KEY_PEPPER: `k1:${one.toString('base64')}` })).toEqual({ apiKeyPeppers: [{ kid: 'k1', pepper: one }] });
  });

  it('takes several in their order: the first one signs', () => {
    const text = `new:${two.toString('base64')},old-1:${one.toString('base64')}`;

    expect(parseSecrets({ API_KEY_PEPPER: text }).apiKeyPeppers).toEqual([
      { kid: 'new', pepper: two },
      { kid: 'old-1', pepper: one },
    ]);
  });
});
