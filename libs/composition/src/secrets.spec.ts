import { describe, expect, it } from '@jest/globals';
import { parseSecrets } from './secrets.js';

describe('parseSecrets', () => {
  const [one, two] = [Buffer.alloc(32, 1), Buffer.alloc(32, 255)];
  const [first, second] = [one.toString('base64'), two.toString('base64')];
  const place = { collection: 'webhook_endpoints', id: 'whk_1', field: 'secret' };

  it('takes one pepper', () => {
    expect(parseSecrets({ API_KEY_PEPPER: `k1:${first}`, SECRET_ENCRYPTION_KEY: second }).apiKeyPeppers).toEqual([
      { kid: 'k1', pepper: one },
    ]);
  });

  it('takes several in their order: the first one signs', () => {
    const text = `new:${second},old-1:${first}`;

    expect(parseSecrets({ API_KEY_PEPPER: text, SECRET_ENCRYPTION_KEY: second }).apiKeyPeppers).toEqual([
      { kid: 'new', pepper: two },
      { kid: 'old-1', pepper: one },
    ]);
  });

  it('takes sealing keys in their order: the first one seals, a value without a name is k1', () => {
    const before = parseSecrets({ API_KEY_PEPPER: `k1:${first}`, SECRET_ENCRYPTION_KEY: first }).box;
    const after = parseSecrets({ API_KEY_PEPPER: `k1:${first}`, SECRET_ENCRYPTION_KEY: `k2:${second},k1:${first}` }).box;

    const sealed = before.seal('secret', place);

    expect([sealed.kid, after.seal('secret', place).kid]).toEqual(['k1', 'k2']);
    expect(after.open(sealed, place).toString()).toBe('secret');
  });
});
