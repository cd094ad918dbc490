import { ConfigError, defineConfig, loadConfig, saslEnabled, serviceRules, TOKEN_CONFIG, tokenRules, type ConfigOf } from '@caas/runtime';
import { ADMIN_CONFIG, type AdminEnvironment } from '../../admin-config.js';
import { type Check, type Diagnosis, fault, ok, skipped } from '../check.js';
import { type Environment } from '../installation.js';
import { weakSecrets } from '../weak-secrets.js';

/** The command line needs no token keys; where they are set they have to fit. */
const DOCTOR_CONFIG = defineConfig({ ...ADMIN_CONFIG, ...TOKEN_CONFIG });
type DoctorConfig = ConfigOf<typeof DOCTOR_CONFIG>;

const ADVICE = 'See docs/reference/environment.md, and caas-admin config explain.';

/** What the environment says by itself: whether it can be understood, and whether its secrets are fit for production. */
export function settingsChecks(env: Environment): readonly Check[] {
  return [
    { name: 'settings.values', run: async () => judgeValues(env) },
    { name: 'settings.secrets', run: async () => judgeSecrets(env) },
  ];
}

function judgeValues(env: Environment): readonly Diagnosis[] {
  try {
    const config = loadConfig(DOCTOR_CONFIG, env, rules);
    return [
      ok(`${Object.keys(DOCTOR_CONFIG).length} variables for ${config.NODE_ENV}${saslEnabled(config) ? '' : ', without a login at Kafka'}`),
    ];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ variable, problem }) => fault(`${variable} ${problem}`, ADVICE));
  }
}

function rules(config: DoctorConfig): { variable: string; problem: string }[] {
  const hasTokenKeys = [config.JWT_PRIVATE_KEY, config.JWT_PUBLIC_KEY, config.JWT_KEYS_DIR].some((value) => value !== undefined);
  return [...serviceRules(config), ...(hasTokenKeys ? tokenRules(config) : [])];
}

/** Only what can be read is judged; the rest is a fault of its own. */
function judgeSecrets(env: Environment): readonly Diagnosis[] {
  if (env['NODE_ENV'] !== 'production') return [skipped('only production asks for real secrets, and NODE_ENV is not production')];
  const weak = weakSecrets(readable(env));
  if (weak.length === 0) return [ok('none of them is one of development')];
  return weak.map(({ variable, problem }) =>
    fault(`${variable} ${problem}`, 'Make a new one: openssl rand -base64 32. docs/operations/rotation.md says how to change over.'),
  );
}

function readable(env: Environment): Partial<AdminEnvironment> {
  const entries = Object.entries(ADMIN_CONFIG).map(([name, variable]) => {
    try {
      return loadConfig({ [name]: variable }, env);
    } catch {
      return {};
    }
  });
  return Object.assign({}, ...entries) as Partial<AdminEnvironment>;
}
