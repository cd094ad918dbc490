import { type Secrets } from './services.js';

/** Turns the secret variables of a process into key material. Their form was checked when the configuration was loaded. */
export function parseSecrets(config: { readonly API_KEY_PEPPER: string }): Secrets {
  return {
    apiKeyPeppers: config.API_KEY_PEPPER.split(',').map((pair) => {
      const separator = pair.indexOf(':');
      return { kid: pair.slice(0, separator), pepper: Buffer.from(pair.slice(separator + 1), 'base64') };
    }),
  };
}
