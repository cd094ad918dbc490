import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { WORKSPACE_ROOT } from '../images/image-build.js';
import { DOCKER_FOLDER } from './compose-file.fixture.js';

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string; readonly annotations: Readonly<Record<string, string>> }[];
  }[];
}

const read = (...path: string[]): string => readFileSync(join(...path), 'utf8');
const RULE_FILES = [
  join(DOCKER_FOLDER, 'prometheus/rules/caas.rules.yml'),
  join(WORKSPACE_ROOT, 'libs/data-access-mongo/alerts/mongodb.rules.yml'),
];
const alerts = RULE_FILES.flatMap((file) => (parse(read(file)) as Rules).groups.flatMap(({ rules }) => rules));
const dashboards = readdirSync(join(DOCKER_FOLDER, 'grafana/dashboards')).map(
  (name) => [name, read(DOCKER_FOLDER, 'grafana/dashboards', name)] as const,
);

/** Names of our metrics as the sources have them, and those that the exporter of Kafka makes. */
function known(): (metric: string) => boolean {
  const sources = ['apps', 'libs'].flatMap((folder) =>
    readdirSync(join(WORKSPACE_ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/(?:\.spec\.ts|\.fixture\.ts|node_modules|dist|out-tsc)/.test(file))
      .map((file) => read(WORKSPACE_ROOT, folder, file)),
  );
  const names = new Set(
    sources.flatMap((text) =>
      [...text.matchAll(/['`](\$\{\w+\}_)?([a-z_]+)['`]/g)].map(([, prefix, name]) => (prefix === undefined ? name : `caas_kafka_${name}`)),
    ),
  );
  const exporter = (parse(read(DOCKER_FOLDER, 'kafka/exporter.yml')) as { rules: { pattern: string; name: string }[] }).rules.flatMap(
    ({ pattern, name }) => {
      const choices = name.includes('$1') ? (/name=\(([^)]*)\)/.exec(pattern)?.[1] ?? '').split('|') : [''];
      return choices.map((choice) => name.replace('$1', choice).toLowerCase());
    },
  );
  return (metric) =>
    names.has(metric) ||
    names.has(metric.replace(/_(?:bucket|sum|count)$/, '')) ||
    exporter.includes(metric) ||
    /^(?:up$|nodejs_|process_)/.test(metric);
}

const isKnown = known();
/** The metrics that an expression is about. */
const metricsIn = (text: string): string[] => [
  ...new Set([...text.matchAll(/\b(?:caas|mongodb|http|gateway|kafka|nodejs)_[a-z0-9_]+/g)].map(([name]) => name)),
];

describe('alerts', () => {
  it.each(alerts.map(({ alert, expr }) => [alert, expr] as const))('%s is about metrics that there are', (_, expr) => {
    expect(metricsIn(expr).filter((metric) => !isKnown(metric))).toEqual([]);
  });

  it('are told apart by a metric that there is not', () => {
    expect(isKnown('caas_no_such_total')).toBe(false);
  });
});

describe('dashboards', () => {
  it.each(dashboards)('%s shows metrics that there are', (_, text) => {
    expect(metricsIn(text).filter((metric) => !isKnown(metric))).toEqual([]);
    expect(metricsIn(text).length).toBeGreaterThan(5);
  });
});

describe('runbooks', () => {
  const headings = [...read(WORKSPACE_ROOT, 'docs/operations/runbooks.md').matchAll(/^## (.+)$/gm)].map(([, text = '']) =>
    text.toLowerCase().replaceAll(' ', '-'),
  );

  it.each(alerts.map(({ alert, annotations }) => [alert, annotations] as const))('%s has one', (_, { runbook = '', summary }) => {
    const [file, anchor] = runbook.split('#');

    expect(summary).toMatch(/\.$/);
    expect(file).toBe('docs/operations/runbooks.md');
    expect(headings).toContain(anchor);
  });
});
