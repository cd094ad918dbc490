import { type ClockReading, type ServerFault } from '@caas/runtime';
import { type Diagnosis, fault, ok, warning } from './check.js';

/** What the settings of a server are called. */
export interface ServerSettings {
  readonly title: string;
  readonly address: string;
  readonly login: string;
  readonly tls: string;
}

export const SERVERS = {
  mongodb: {
    title: 'MongoDB',
    address: 'MONGODB_URI',
    login: 'MONGODB_URI, or MONGO_APP_USER and MONGO_APP_PASSWORD, and authSource in MONGODB_URI',
    tls: 'MONGODB_TLS and MONGODB_TLS_CA_FILE',
  },
  redis: { title: 'Redis', address: 'REDIS_URL', login: 'REDIS_URL', tls: 'whether REDIS_URL begins with rediss://' },
  kafka: {
    title: 'Kafka',
    address: 'KAFKA_BROKERS',
    login: 'KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD, or KAFKA_SASL_CREDENTIALS_FILE',
    tls: 'KAFKA_SSL_ENABLED and KAFKA_SSL_CA_FILE',
  },
  registry: {
    title: 'The schema registry',
    address: 'SCHEMA_REGISTRY_URL',
    login: 'SCHEMA_REGISTRY_USERNAME and SCHEMA_REGISTRY_PASSWORD',
    tls: 'whether SCHEMA_REGISTRY_URL begins with https://, and NODE_EXTRA_CA_CERTS',
  },
} as const satisfies Record<string, ServerSettings>;
export type ServerName = keyof typeof SERVERS;

const SAYING: Readonly<Record<ServerFault['kind'], { readonly what: string; readonly advice: (settings: ServerSettings) => string }>> = {
  access_refused: {
    what: 'refuses the login: wrong user or password',
    advice: ({ login }) => `Check ${login}; and that the user exists there.`,
  },
  unknown_host: {
    what: 'has a name that does not resolve',
    advice: ({ address }) => `Check the name in ${address}, and this machine’s name service.`,
  },
  unreachable: {
    what: 'is down, or something is between',
    advice: ({ address }) => `Start it; or check host and port in ${address}, and firewalls between.`,
  },
  not_trusted: {
    what: 'shows a certificate that is not trusted, or does not speak TLS',
    advice: ({ tls }) => `Check ${tls}; that the certificate has not ended; and that it names the host as it is called here.`,
  },
  no_answer: {
    what: 'takes the connection and does not answer',
    advice: ({ tls }) => `Look whether it hangs or is overloaded; and check ${tls}: one side may speak TLS alone.`,
  },
  failed: { what: 'answers with an error', advice: ({ address }) => `Look at its log; and check ${address}.` },
};

/** A fault of a server as a person reads it. */
export function faultOfServer(server: ServerName, { kind, said }: ServerFault, address?: string): Diagnosis {
  const settings = SERVERS[server];
  const { what, advice } = SAYING[kind];
  return fault(`${settings.title}${address === undefined ? '' : ` at ${address}`} ${what} (${said})`, advice(settings));
}

/** From here on things go wrong: tokens of other machines begin in the future, rows expire early. */
const SKEW_FAULT_MS = 5_000;
const SKEW_WARNING_MS = 1_000;
const CLOCK_ADVICE =
  'Let both machines follow one time server (chrony, systemd-timesyncd): tokens, expiry and the order of ids rely on it.';

/** Judges how far a server's clock is from ours. What the reading leaves open is in its favour. */
export function judgeClock(title: string, { skewMs, uncertaintyMs }: ClockReading): Diagnosis {
  const certainMs = Math.max(0, Math.abs(skewMs) - uncertaintyMs);
  const said = `The clock of ${title} is ${(Math.abs(skewMs) / 1_000).toFixed(1)} s ${skewMs < 0 ? 'behind' : 'ahead of'} this machine’s`;
  if (certainMs >= SKEW_FAULT_MS) return fault(`clock skew: ${said}`, CLOCK_ADVICE);
  if (certainMs >= SKEW_WARNING_MS) return warning(`clock skew: ${said}`, CLOCK_ADVICE);
  return ok(`${Math.abs(skewMs)} ms apart from this machine’s, give or take ${uncertaintyMs} ms`);
}
