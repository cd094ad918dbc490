import { type AdminEnvironment } from '../admin-config.js';

/** A secret that production must not have. The value is never part of it. */
export interface WeakSecret {
  readonly variable: string;
  readonly problem: string;
}

/** 32 random bytes have about thirty different values; fewer than these never happens. */
const DIFFERENT_BYTES_MIN = 16;
const PASSWORD_LENGTH_MIN = 12;
/** A longer password may hold a word by chance. */
const RANDOM_LENGTH = 24;
/** How secrets of development call themselves. */
const DEVELOPMENT = /^(local|dev|development|test|example)$/i;
const GUESSED = /pass(word)?|secret|change.?me|caas|admin|root|test|example|local|qwert|12345/i;

/** Secrets that were made for development, or are no secrets: known words, short ones, keys that were typed in. */
export function weakSecrets(config: Partial<AdminEnvironment>): readonly WeakSecret[] {
  const {
    API_KEY_PEPPER,
    SECRET_ENCRYPTION_KEY,
    MONGO_APP_PASSWORD,
    KAFKA_SASL_PASSWORD,
    SCHEMA_REGISTRY_PASSWORD,
    MONGODB_URI,
    REDIS_URL,
  } = config;
  return [
    ...keyProblems(API_KEY_PEPPER).map((problem) => ({ variable: 'API_KEY_PEPPER', problem })),
    ...keyProblems(SECRET_ENCRYPTION_KEY).map((problem) => ({ variable: 'SECRET_ENCRYPTION_KEY', problem })),
    ...Object.entries({
      MONGO_APP_PASSWORD,
      KAFKA_SASL_PASSWORD,
      SCHEMA_REGISTRY_PASSWORD,
      MONGODB_URI: passwordIn(MONGODB_URI),
      REDIS_URL: passwordIn(REDIS_URL),
    }).flatMap(([variable, password]) => passwordProblems(password).map((problem) => ({ variable, problem }))),
  ];
}

/** `kid:base64`, several separated by commas; the kid may be missing. */
function keyProblems(text = ''): string[] {
  return text
    .split(',')
    .filter((pair) => pair !== '')
    .flatMap((pair) => {
      const colon = pair.indexOf(':');
      const kid = pair.slice(0, Math.max(colon, 0));
      const key = Buffer.from(pair.slice(colon + 1), 'base64');
      if (DEVELOPMENT.test(kid)) return [`holds the development secret "${kid}"`];
      if (new Set(key).size < DIFFERENT_BYTES_MIN) return ['is not random: it repeats a few bytes'];
      return key.every((byte) => byte >= 0x20 && byte < 0x7f) ? ['is not random: it is text'] : [];
    });
}

function passwordProblems(password: string | undefined): string[] {
  if (password === undefined) return [];
  if (password.length < PASSWORD_LENGTH_MIN) return [`has a password of fewer than ${PASSWORD_LENGTH_MIN} characters`];
  return password.length < RANDOM_LENGTH && GUESSED.test(password) ? ['has a password that can be guessed: it contains a common word'] : [];
}

/** The password in an address; everything from the first colon to the last "@", since not everybody escapes it. */
function passwordIn(address: string | undefined): string | undefined {
  return /\/\/[^:@/]*:(.+)@/.exec(address ?? '')?.[1];
}
