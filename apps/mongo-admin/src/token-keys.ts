import { ConfigError, loadConfig, TOKEN_CONFIG, type TokenMaterial, tokenMaterialOf } from '@caas/runtime';

/** The keys of access tokens, as the gateway has them. Throws `ConfigError` where there are none: a pair of this process alone would be of no use to anybody. */
export function tokenKeys(environment: NodeJS.ProcessEnv = process.env): TokenMaterial {
  return tokenMaterialOf(loadConfig(TOKEN_CONFIG, environment), () => {
    const problem = 'is needed with JWT_PUBLIC_KEY, or JWT_KEYS_DIR, as the gateway has them: a token of another key is refused';
    throw new ConfigError([{ variable: 'JWT_PRIVATE_KEY', problem }]);
  });
}
