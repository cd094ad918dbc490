import { SecretBox, type SealingKey } from '@caas/runtime';
import { type Secrets } from './services.js';

/** The name of a sealing key that was configured without one. */
const UNNAMED_KID = 'k1';

/** Turns the secret variables of a process into key material. Their form was checked when the configuration was loaded. */
export function parseSecrets(config: { readonly API_KEY_PEPPER: string; readonly SECRET_ENCRYPTION_KEY: string }): Secrets {
  return {
    apiKeyPeppers: parsePairs(config.API_KEY_PEPPER).map(({ kid, key }) => ({ kid, pepper: key })),
    box: new SecretBox(parsePairs(config.SECRET_ENCRYPTION_KEY)),
  };
}

/** `kid:base64`, several separated by commas. A single value may go without a kid. */
function parsePairs(text: string): SealingKey[] {
  return text.split(',').map((pair) => {
    const separator = pair.indexOf(':');
    return { kid: separator === -1 ? UNNAMED_KID : pair.slice(0, separator), key: Buffer.from(pair.slice(separator + 1), 'base64') };
  });
}
