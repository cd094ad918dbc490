import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isPair, readPrivateKey, readPublicKey, type SigningKey, thumbprintOf, TokenKeys } from '../secrets/token-keys.js';
import { type ConfigOf, defineConfig, flag, integer } from './define-config.js';

const DAY_SECONDS = 86_400;

/** Variables of processes that issue or verify access tokens. */
export const TOKEN_CONFIG = defineConfig({
  JWT_PRIVATE_KEY: {
    schema: pem(readPrivateKey).optional(),
    description: 'PEM of the RSA key that signs access tokens; required in production, elsewhere a pair is made at each start',
    secret: true,
  },
  JWT_PUBLIC_KEY: { schema: pem(readPublicKey).optional(), description: 'PEM of its public half', secret: true },
  JWT_KEYS_DIR: {
    schema: z.string().optional(),
    description: 'folder with more pairs for rotation: <kid>.pem (optional) and <kid>.pub.pem',
  },
  JWT_ACTIVE_KID: {
    schema: z
      .string()
      .regex(/^[A-Za-z0-9_.-]{1,128}$/, 'must be 1 to 128 of A-Z, a-z, 0-9, _, . and -')
      .optional(),
    description: 'the key that signs: a pair of JWT_KEYS_DIR, or a name for JWT_PRIVATE_KEY, whose thumbprint is its name otherwise',
  },
  JWT_ISSUER: { schema: z.string().min(1).max(255).default('caas.io'), description: 'iss of access tokens' },
  JWT_AUDIENCE: { schema: z.string().min(1).max(255).default('caas-api'), description: 'aud of access tokens' },
  JWT_CLOCK_TOLERANCE_SECONDS: { schema: integer({ min: 0, max: 300 }).default(30), description: 'seconds by which clocks may differ' },
  TOKEN_MAX_SIZE_BYTES: { schema: integer({ min: 1_024, max: 16_384 }).default(8_192), description: 'longer tokens are refused unread' },
  ACCESS_TOKEN_EXPIRY: {
    schema: integer({ min: 60, max: 3_600 }).default(900),
    description: 'seconds of an access token, unless its application says otherwise',
  },
  REFRESH_TOKEN_EXPIRY: {
    schema: integer({ min: 3_600, max: 30 * DAY_SECONDS }).default(7 * DAY_SECONDS),
    description: 'seconds of a session and its refresh token, unless its application says otherwise',
  },
  REFRESH_TOKEN_SLIDING_EXPIRATION: {
    schema: flag().default(false),
    description: 'whether each use of a refresh token gives the session its full time again',
  },
  REFRESH_TOKEN_ABSOLUTE_EXPIRY: {
    schema: integer({ min: 3_600, max: 365 * DAY_SECONDS }).default(30 * DAY_SECONDS),
    description: 'seconds after which a sliding session ends whatever happens',
  },
  REFRESH_REUSE_LEEWAY_SECONDS: {
    schema: integer({ min: 0, max: 60 }).default(0),
    description: 'seconds in which the device may send its previous refresh token once more, when the answer got lost',
  },
});
export type TokenConfig = ConfigOf<typeof TOKEN_CONFIG>;

/** What tokens say and how long they live. */
export interface TokenSettings {
  readonly issuer: string;
  readonly audience: string;
  readonly clockToleranceSeconds: number;
  readonly tokenBytesMax: number;
  readonly accessTtlSeconds: number;
  readonly refreshTtlSeconds: number;
  readonly slides: boolean;
  readonly sessionAgeMaxSeconds: number;
  readonly reuseLeewaySeconds: number;
}

/** What a process needs to issue and to verify access tokens. */
export interface TokenMaterial {
  readonly keys: TokenKeys;
  readonly settings: TokenSettings;
}

/** What contradicts itself, and what production refuses. */
export function tokenRules(config: TokenConfig & { readonly NODE_ENV: string }): { variable: string; problem: string }[] {
  const { JWT_PRIVATE_KEY, JWT_PUBLIC_KEY } = config;
  const isMissing = JWT_PRIVATE_KEY === undefined && JWT_PUBLIC_KEY === undefined;
  if (isMissing && config.NODE_ENV === 'production' && config.JWT_KEYS_DIR === undefined) {
    return ['JWT_PRIVATE_KEY', 'JWT_PUBLIC_KEY'].map((variable) => ({ variable, problem: 'is required in production' }));
  }
  if ((JWT_PRIVATE_KEY === undefined) !== (JWT_PUBLIC_KEY === undefined)) {
    const variable = JWT_PRIVATE_KEY === undefined ? 'JWT_PRIVATE_KEY' : 'JWT_PUBLIC_KEY';
    return [{ variable, problem: 'is required with the other half' }];
  }
  try {
    configuredKeys(config);
    return [];
  } catch (error) {
    const variable = config.JWT_KEYS_DIR === undefined ? 'JWT_PRIVATE_KEY' : 'JWT_KEYS_DIR';
    return [{ variable, problem: error instanceof TypeError ? error.message : 'cannot be read' }];
  }
}

/** The token material of a configuration that {@link tokenRules} accept. Without keys in it, `onEphemeral` is called and a pair is made. */
export function tokenMaterialOf(config: TokenConfig, onEphemeral: () => void): TokenMaterial {
  const keys = configuredKeys(config);
  if (keys === undefined) onEphemeral();
  return {
    keys: keys ?? TokenKeys.ephemeral(),
    settings: {
      issuer: config.JWT_ISSUER,
      audience: config.JWT_AUDIENCE,
      clockToleranceSeconds: config.JWT_CLOCK_TOLERANCE_SECONDS,
      tokenBytesMax: config.TOKEN_MAX_SIZE_BYTES,
      accessTtlSeconds: config.ACCESS_TOKEN_EXPIRY,
      refreshTtlSeconds: config.REFRESH_TOKEN_EXPIRY,
      slides: config.REFRESH_TOKEN_SLIDING_EXPIRATION,
      sessionAgeMaxSeconds: config.REFRESH_TOKEN_ABSOLUTE_EXPIRY,
      reuseLeewaySeconds: config.REFRESH_REUSE_LEEWAY_SECONDS,
    },
  };
}

/** Throws `TypeError` for keys that do not fit together; `undefined` when none is configured. */
function configuredKeys({ JWT_PRIVATE_KEY, JWT_PUBLIC_KEY, JWT_KEYS_DIR, JWT_ACTIVE_KID }: TokenConfig): TokenKeys | undefined {
  const stored = JWT_KEYS_DIR === undefined ? { signing: new Map<string, SigningKey>(), verifying: new Map() } : readFolder(JWT_KEYS_DIR);
  const named = JWT_ACTIVE_KID === undefined ? undefined : stored.signing.get(JWT_ACTIVE_KID);
  if (JWT_PRIVATE_KEY === undefined || JWT_PUBLIC_KEY === undefined) {
    if (named !== undefined) return new TokenKeys(named, stored.verifying);
    if (JWT_KEYS_DIR !== undefined) throw new TypeError('has no pair that JWT_ACTIVE_KID names');
    return undefined;
  }
  if (!isPair(JWT_PRIVATE_KEY, JWT_PUBLIC_KEY)) throw new TypeError('is not the other half of JWT_PUBLIC_KEY');
  const own = { kid: named === undefined ? (JWT_ACTIVE_KID ?? thumbprintOf(JWT_PUBLIC_KEY)) : thumbprintOf(JWT_PUBLIC_KEY) };
  return new TokenKeys(named ?? { ...own, privateKey: JWT_PRIVATE_KEY }, new Map([...stored.verifying, [own.kid, JWT_PUBLIC_KEY]]));
}

function readFolder(folder: string) {
  const signing = new Map<string, SigningKey>();
  const verifying = new Map(
    readdirSync(folder)
      .filter((name) => name.endsWith('.pub.pem'))
      .map((name) => [name.slice(0, -'.pub.pem'.length), readPublicKey(readFileSync(join(folder, name), 'utf8'))] as const),
  );
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.pem') && !file.endsWith('.pub.pem'))) {
    const kid = name.slice(0, -'.pem'.length);
    const privateKey = readPrivateKey(readFileSync(join(folder, name), 'utf8'));
    const publicKey = verifying.get(kid);
    if (publicKey === undefined || !isPair(privateKey, publicKey)) throw new TypeError(`has no ${kid}.pub.pem that fits ${name}`);
    signing.set(kid, { kid, privateKey });
  }
  return { signing, verifying };
}

function pem<Key>(read: (text: string) => Key): z.ZodType<Key, string> {
  return z.string().transform((text, context) => {
    try {
      return read(text);
    } catch (error) {
      context.addIssue((error as TypeError).message);
      return z.NEVER;
    }
  });
}
