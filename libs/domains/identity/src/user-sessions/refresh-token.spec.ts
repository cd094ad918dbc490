import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { newId, newTenantId, parseTenantId } from '@caas/schema';
import { RefreshTokens } from './refresh-token.js';

const [key, older] = [randomBytes(32), randomBytes(32)];
const tokens = new RefreshTokens([key, older]);
const [tenantId, sessionId] = [parseTenantId(newTenantId()), newId('sess')];

describe('refresh tokens', () => {
  it('say where their session is, and are never the same', () => {
    const [one, two] = [tokens.issue(tenantId, sessionId), tokens.issue(tenantId, sessionId)];

    expect(tokens.read(one.text)).toEqual({ tenantId, sessionId, hash: one.hash });
    expect(one.text).toMatch(new RegExp(`^caas_rt_${sessionId}_`));
    expect(one.hash).not.toBe(two.hash);
  });

  it('are read with an older key while it is configured', () => {
    const { text } = new RefreshTokens([older]).issue(tenantId, sessionId);

    expect(tokens.read(text)).toMatchObject({ sessionId });
    expect(new RefreshTokens([key]).read(text)).toBeUndefined();
  });

  it.each<[what: string, change: (text: string) => string]>([
    ['nothing', () => ''],
    ['another session', (text) => text.replace(sessionId, newId('sess'))],
    ['another tenant', (text) => text.replace(tenantId.slice(5), newTenantId().slice(5))],
    ['another secret', (text) => text.slice(0, -64) + randomBytes(48).toString('base64url')],
    ['something at the end', (text) => `${text}\n`],
    ['a character less', (text) => text.slice(0, -1)],
  ])('made up are none: %s', (_, change) => {
    expect(tokens.read(change(tokens.issue(tenantId, sessionId).text))).toBeUndefined();
  });
});
