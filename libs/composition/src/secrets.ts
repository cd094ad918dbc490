import { hkdfSync } from 'node:crypto';
import { SecretBox, type SealingKey } from '@caas/runtime';
import { type Secrets } from './services.js';

/** The name of a sealing key that was configured without one. */
const UNNAMED_KID = 'k1';
/** Keeps these keys apart from others that come from the same source. */
const REFRESH_TOKENS = 'caas refresh tokens';

/** Turns the secret variables of a process into key material. Their form was checked when the configuration was loaded. */
export function parseSecrets(config: { readonly API_KEY_PEPPER: string; readonly SECRET_ENCRYPTION_KEY: string }): Secrets {
  const sources = parsePairs(config.SECRET_ENCRYPTION_KEY);
  return {
    refreshTokenKeys: sources.map(({ key }) => Buffer.from(hkdfSync('sha256', key, '', REFRESH_TOKENS, 32))),
    apiKeyPeppers: parsePairs(config.API_KEY_PEPPER).map(({ kid, key }) => ({ kid, pepper: key })),
    box: new SecretBox(sources),
  };
}

/** `kid:base64`, several separated by commas. A single value may go without a kid. */
function parsePairs(text: string): SealingKey[] {
  return text.split(',').map((pair) => {
    const separator = pair.indexOf(':');
    return { kid: separator === -1 ? UNNAMED_KID : pair.slice(0, separator), key: Buffer.from(pair.slice(separator + 1), 'base64') };
  });
}
