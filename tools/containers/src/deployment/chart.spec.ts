import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { complaintsOf, configurationOf, missingVariables, unknownVariables } from './app-configuration.fixture.js';
import { DOCKER_FOLDER } from './compose-file.fixture.js';

const CHART = join(DOCKER_FOLDER, 'kubernetes', 'caas');
/** Parts of the chart, and the app that each runs. */
const PARTS = [
  ['gateway', 'gateway'],
  ['worker', 'worker'],
  ['operator', 'mongo-admin'],
] as const;

const values = parse(readFileSync(join(CHART, 'values.yaml'), 'utf8')) as { environment: Record<string, Record<string, string>> };
const environmentOf = (part: string): Record<string, string> => ({ ...values.environment['shared'], ...values.environment[part] });

describe.each(PARTS)('the environment of %s in the chart', (part, image) => {
  it('has the variables that the configuration knows, and no others', async () => {
    const configuration = await configurationOf(image);
    const variables = Object.keys(environmentOf(part));

    expect({ unknown: unknownVariables(configuration, variables), missing: missingVariables(configuration, variables) }).toEqual({
      unknown: [],
      missing: [],
    });
  });

  it('is accepted in production, besides the secrets that are not mounted here', async () => {
    const complaints = complaintsOf(await configurationOf(image), environmentOf(part));

    expect(complaints.filter((text) => !text.includes('ENOENT'))).toEqual([]);
  });
});

interface Container {
  readonly name: string;
  readonly args?: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly lifecycle?: object;
  readonly readinessProbe?: { readonly timeoutSeconds: number };
}
interface PodSpec {
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: readonly { readonly secret?: { readonly secretName: string } }[];
}
interface Resource {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: { readonly template?: { readonly spec: PodSpec }; readonly [field: string]: unknown };
}

const hasHelm = spawnSync('helm', ['version', '--short']).status === 0;
if (!hasHelm) console.log('skipped, rendering of the chart: helm is not on PATH');

(hasHelm ? describe : describe.skip)('the rendered chart', () => {
  function render(...options: readonly string[]): readonly Resource[] {
    const { stdout, stderr, status } = spawnSync('helm', ['template', 'caas', CHART, '--kube-version', '1.30.0', ...options], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    return parseAllDocuments(stdout).flatMap((document) => (document.toJS() as Resource | null) ?? []);
  }
  const named = (resources: readonly Resource[], kind: string) =>
    resources.filter((resource) => resource.kind === kind).map(({ metadata }) => metadata.name);
  const podsOf = (resources: readonly Resource[]) =>
    resources.flatMap(({ metadata, spec }) => (spec.template === undefined ? [] : [[metadata.name, spec.template.spec] as const]));

  it('has what a rollout without loss needs', () => {
    const resources = render();

    expect(named(resources, 'Deployment')).toEqual(['caas-gateway', 'caas-worker']);
    expect(named(resources, 'PodDisruptionBudget')).toEqual(['caas-gateway', 'caas-worker']);
    expect(named(resources, 'HorizontalPodAutoscaler')).toEqual(['caas-gateway', 'caas-worker']);
    expect(named(resources, 'NetworkPolicy')).toEqual(['caas-gateway', 'caas-worker', 'caas-operator']);
    for (const { spec } of resources.filter(({ kind }) => kind === 'Deployment')) {
      expect(spec['strategy']).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } });
      expect(spec.template?.spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(45);
      expect(spec.template?.spec.containers[0]?.lifecycle).toHaveProperty('preStop');
      expect(spec.template?.spec.containers[0]?.readinessProbe?.timeoutSeconds).toBeGreaterThanOrEqual(6);
    }
  });

  it('scales workers by their lag and by CPU', () => {
    const scaler = render().find(({ kind, metadata }) => kind === 'HorizontalPodAutoscaler' && metadata.name === 'caas-worker');

    expect((scaler?.spec['metrics'] as { type: string }[]).map(({ type }) => type)).toEqual(['Resource', 'External']);
  });

  it.each(podsOf(hasHelm ? render() : []))('%s is not root, cannot change its files, and has its secrets by reference', (_, pod) => {
    const containers = [...(pod.initContainers ?? []), ...pod.containers];

    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1001, runAsGroup: 1001 });
    expect(pod.volumes.flatMap(({ secret }) => (secret === undefined ? [] : [secret.secretName]))).toHaveLength(1);
    for (const { securityContext, env } of containers) {
      expect(securityContext).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
      expect(env.filter(({ value }) => value === '')).toEqual([]);
      expect(env.filter(({ name, value }) => /PASSWORD|PEPPER|ENCRYPTION_KEY|JWT_P/.test(name) && !value.startsWith('/run/caas/'))).toEqual(
        [],
      );
    }
  });

  it('prepares servers in order, with rights as the super user', () => {
    const [job] = render().filter(({ kind }) => kind === 'Job');
    const { initContainers = [], containers } = job!.spec.template!.spec;
    const steps = [...initContainers, ...containers];
    const loginOf = ({ env }: Container) => env.find(({ name }) => name === 'KAFKA_SASL_CREDENTIALS_FILE')?.value;

    expect(steps.map(({ args }) => args?.join(' '))).toEqual(['schema apply', 'acl apply', 'topics apply', 'migrate up']);
    expect(steps.map(loginOf)).toEqual([
      '/run/caas/kafka.json',
      '/run/caas/kafka-admin.json',
      '/run/caas/kafka.json',
      '/run/caas/kafka.json',
    ]);
  });

  it('refuses an ingress without TLS', () => {
    expect(() => render('--set', 'gateway.ingress.enabled=true', '--set', 'gateway.ingress.host=api.example.com')).toThrow('tlsSecret');
    expect(
      named(render('--set', 'gateway.ingress.enabled=true,gateway.ingress.host=api.example.com,gateway.ingress.tlsSecret=tls'), 'Ingress'),
    ).toEqual(['caas-gateway']);
  });
});
