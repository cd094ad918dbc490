import { type GeneratorCallback, joinPathFragments, type Tree } from '@nx/devkit';
import { addExport, addImport, addToList } from '../../source/edit';
import { change } from '../../source/change';
import { type Field, importsOf, inEvent, parseFields } from '../../source/fields';
import { registerPart } from '../../source/module-part';
import { type Concept, fieldsOf, findConcept } from '../../workspace/concept';
import { type Domain, findDomain } from '../../workspace/domain';
import { finish } from '../../workspace/finish';
import { camel, type ConceptNames, conceptNames, snake } from '../../workspace/names';
import { useWorkspacePackages } from '../../workspace/packages';
import { Refusal } from '../../workspace/refusal';
import { addFiles } from '../../workspace/templates';
import { checkEvent, checkFamily, checkGroup } from './topic-names';
import { type TopicOptions } from './schema';

interface Plan {
  readonly domain: Domain;
  readonly names: ConceptNames;
  /** With a consumer. */
  readonly concept: Concept | undefined;
  readonly fields: readonly Field[];
  readonly event: string;
  readonly family: string;
  readonly group: string;
  readonly partitions: number;
  readonly retentionDays: number;
}

/** Writes an event, its topic, and the consumer that stores what comes. */
export default async function topicGenerator(tree: Tree, options: TopicOptions): Promise<GeneratorCallback> {
  const plan = normalize(tree, options);
  writeFiles(tree, plan);
  registerTopic(tree, plan);
  if (plan.concept !== undefined) registerConsumer(tree, plan);
  return finish(tree, options);
}

function normalize(tree: Tree, options: TopicOptions): Plan {
  const domain = findDomain(tree, options.domain);
  const concept =
    options.consumer === false ? undefined : findConcept(tree, { domain: options.domain, concept: options.name, option: 'name' });
  const names = concept?.names ?? conceptNames('name', options.name);
  const folder = joinPathFragments(domain.source, names.folder);
  const events = joinPathFragments(folder, `${names.folder}.events.ts`);
  const fields = concept === undefined ? parseFields(options.fields || 'name:text', names.idField) : fieldsOf(tree, concept, 'name');
  return {
    domain,
    names,
    concept,
    fields,
    event: checkEvent(tree, options.event || `${names.one.snake}.submitted`, events),
    family: checkFamily(tree, options.family || `${snake(domain.name)}.${names.collection}`, events),
    group: checkGroup(tree, `${names.one.file}-processor`, joinPathFragments(folder, `${names.folder}.consumer.ts`)),
    partitions: count('partitions', options.partitions ?? 8, 256),
    retentionDays: count('retentionDays', options.retentionDays ?? 7, 365),
  };
}

function count(option: string, value: number, max: number): number {
  if (!Number.isInteger(value) || value < 1 || value > max) throw new Refusal(option, `must be a whole number from 1 to ${max}`);
  return value;
}

function writeFiles(tree: Tree, plan: Plan): void {
  const { domain, names, concept, fields } = plan;
  const payload = fields.map((field) => ({ ...field, inEvent: inEvent(field) }));
  const values = {
    ...names,
    ...plan,
    fields: payload,
    dates: payload.filter(({ isDate }) => isDate),
    id: concept === undefined ? 'text({ min: 1, max: 64 })' : `idOf('${concept.prefix}')`,
    anId: concept === undefined ? "'one'" : `newId('${concept.prefix}')`,
    idFrom: concept === undefined ? undefined : 'newId',
    wrongId: concept === undefined ? '42' : "'one'",
    eventVariable: camel(plan.event),
    topicVariable: `${names.one.variable}Events`,
    schemaImports: importsOf([...payload.map(({ inEvent: code }) => code), concept === undefined ? 'text()' : 'idOf()']),
    prefix: concept?.prefix,
  };
  addFiles(tree, 'topic', { folder: domain.source, from: 'events', values });
  if (concept !== undefined) addFiles(tree, 'topic', { folder: domain.source, from: 'consumer', values });
}

function registerTopic(tree: Tree, { domain, names, event }: Plan): void {
  const from = `./${names.folder}/${names.folder}.events.js`;
  const topic = `${names.one.variable}Events`;
  change(tree, domain.module, (text) =>
    addToList(addImport(text, { name: topic, from }), { callee: 'defineModule', key: 'topics', element: topic }),
  );
  change(tree, joinPathFragments(domain.source, 'index.ts'), (text) =>
    addExport(addExport(text, { name: topic, from }), { name: camel(event), from }),
  );
  useWorkspacePackages(tree, domain.root, {
    dependencies: ['@caas/messaging-kafka', '@caas/schema'],
    devDependencies: ['@caas/testing'],
  });
}

function registerConsumer(tree: Tree, { domain, names, group }: Plan): void {
  const call = `${names.one.variable}Processor`;
  change(tree, domain.module, (text) => addToList(text, { callee: 'defineModule', key: 'retryGroups', element: `'${group}'` }));
  registerPart(tree, domain, {
    part: 'consumers',
    product: { type: 'ConsumerDefinition', from: '@caas/messaging-kafka', taker: 'worker' },
    call,
    imports: [{ name: call, from: `./${names.folder}/${names.folder}.consumer.js` }],
    services: ['mongo', 'tenants'],
    element: (members) => `${call}({ ${members} })`,
  });
  useWorkspacePackages(tree, domain.root, { dependencies: ['@caas/composition', '@caas/data-access-mongo', '@caas/runtime'] });
}
