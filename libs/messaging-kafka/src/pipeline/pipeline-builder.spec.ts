import { describe, expect, it } from '@jest/globals';
import { someMetrics } from '../fixtures/pipeline.fixture.js';
import { PipelineBuilder } from './pipeline-builder.js';
import { type Stage, STAGES } from './stage.js';

const stage = (name: string, needs?: string[]): Stage => ({ name, process: () => undefined, ...(needs === undefined ? {} : { needs }) });
const chain = (...names: string[]) =>
  new PipelineBuilder(
    'spec',
    names.map((name) => stage(name)),
  );
const build = (builder: PipelineBuilder<never>) => () => builder.build({ metrics: someMetrics() });
const names = (builder: PipelineBuilder<never>) => build(builder)().stages.map(({ name }) => name);

describe('PipelineBuilder', () => {
  it('builds the whole chain in its order', () => {
    expect(names(chain(...STAGES))).toEqual([...STAGES]);
  });

  it('adds and removes stages by name, and leaves the builder that it came from alone', () => {
    const whole = chain(...STAGES);

    const changed = whole.remove('transform').addBefore('persist', stage('count')).addAfter('notify', stage('tell')).add(stage('last'));

    expect(names(changed)).toEqual([
      'deserialize',
      'validate',
      'tenant-context',
      'authorize',
      'process',
      'count',
      'persist',
      'notify',
      'tell',
      'metrics',
      'last',
    ]);
    expect(names(whole)).toEqual([...STAGES]);
  });

  it.each<[string, PipelineBuilder<never>, string]>([
    ['a name twice', chain('deserialize', 'deserialize'), 'has two stages "deserialize"'],
    ['persist without a tenant', chain('deserialize', 'persist'), 'needs the stage "tenant-context" before "persist"'],
    ['notify without persist', chain('deserialize', 'tenant-context', 'notify'), 'needs the stage "persist" before "notify"'],
    [
      'validate before deserialize',
      chain('validate', 'deserialize'),
      'has the stage "validate" out of order; the order is deserialize, validate',
    ],
    ['metrics among the others', chain('deserialize', 'metrics', 'tenant-context'), 'has the stage "metrics" out of order'],
    [
      'a stage of its own without what it needs',
      chain('deserialize').add(stage('own', ['authorize'])),
      'needs the stage "authorize" before "own"',
    ],
  ])('refuses %s', (_, builder, rule) => {
    expect(build(builder)).toThrow(new RegExp(`^Pipeline spec ${rule.replaceAll('"', '\\"')}`));
  });

  it.each<[string, (builder: PipelineBuilder<never>) => unknown]>([
    ['remove', (builder) => builder.remove('notify')],
    ['addBefore', (builder) => builder.addBefore('notify', stage('x'))],
    ['addAfter', (builder) => builder.addAfter('notify', stage('x'))],
  ])('%s tells when there is no such stage', (_, change) => {
    expect(() => change(chain('deserialize'))).toThrow('Pipeline spec has no stage "notify".');
  });
});
