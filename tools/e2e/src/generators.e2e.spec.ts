import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@caas/schema';
import { stack } from '@caas/testing/stack';
import { waitUntil } from '@caas/testing/processes';
import { type ListPage } from './support/api-client.fixture.js';
import { kafkaAccess } from './support/kafka-access.fixture.js';
import { type SpecTenant, System } from './support/system.fixture.js';
import { WorkspaceCopy } from './support/workspace-copy.fixture.js';

interface Note {
  readonly note_id: string;
  readonly title: string;
}

/** After the guide's: two of everything. */
const MORE = [
  'tenant-schema shopping-lists --domain notebook --fields state:open|done,size:int',
  'route notes --domain notebook --operation get',
  'route shopping-lists --domain notebook --operation create',
  'topic notes --domain notebook',
  'topic shopping-lists --domain notebook',
  'migration index-notes --domain notebook --concept notes',
  'migration fill-done --domain notebook --concept notes --field done --value false',
].map((options) => `npx nx g @caas/tools:${options.replaceAll('|', '\\|')} --skipSync`);

/** Publishes one record as a service would: built code, typed producer, the schema registered. */
const SEND = `
import { connectKafka } from '@caas/messaging-kafka';
import { createLogger, Metrics } from '@caas/runtime';
import { noteEvents, noteSubmitted } from '@caas/notebook';
const { config, tenantId, payload } = JSON.parse(process.env.SEND);
const logger = createLogger({ service: 'spec', level: 'silent' });
const metrics = new Metrics({ service: 'spec', defaults: false });
const kafka = await connectKafka({ config, logger, metrics, clientId: 'caas-e2e', topics: [noteEvents] });
await kafka.producer(noteEvents).send({ tenant: { tenantId, plan: 'starter' }, event: noteSubmitted, payload });
await kafka.close();
`;

describe('in a copy of the workspace', () => {
  let copy: WorkspaceCopy;
  let system: System;
  let tenant: SpecTenant;
  beforeAll(async () => {
    copy = await WorkspaceCopy.make();
  }, 300_000);
  afterAll(async () => {
    await system?.stop();
    copy?.remove();
  });

  it('a dry run shows the plan and writes nothing', async () => {
    const [domain = ''] = copy.commandsOf('docs/guides/add-a-route.md');

    expect(await copy.sh(`${domain} --dry-run`)).toContain('CREATE libs/domains/notebook/src/notebook.module.ts');
    expect(await copy.sh('ls libs/domains')).not.toContain('notebook');
  }, 300_000);

  it('the commands of the guide and two of everything are written, and nothing is out of step', async () => {
    const guide = copy.commandsOf('docs/guides/add-a-route.md');
    const started = performance.now();
    for (const command of guide) await copy.sh(command);
    console.log(`the guide's commands took ${Math.round((performance.now() - started) / 1000)} s`);
    for (const command of MORE) await copy.sh(command);

    await copy.sh('npx nx sync');
    await copy.sh('npx nx sync:check');
    expect(copy.read('docs/reference/collections.md')).toContain('### shopping_lists');
    expect(copy.read('docs/reference/topics.md')).toContain('### note.submitted');
  }, 900_000);

  it('a change inside of the new domain affects it and the apps', async () => {
    const affected = await copy.sh(
      'npx nx show projects --affected --files=libs/domains/notebook/src/index.ts --exclude=tag:type:tool --json',
    );

    expect((JSON.parse(affected) as string[]).sort()).toEqual(['gateway', 'modules', 'mongo-admin', 'notebook', 'worker']);
  }, 300_000);

  it('what was written is linted, checked, built, and passes its own specs', async () => {
    await copy.sh('npx nx run-many -t lint typecheck test build -p notebook --parallel=2 --output-style=static');
    await copy.sh('npx nx run notebook:test-int --excludeTaskDependencies --output-style=static', { CAAS_STACK_NAME: stack().name });
    await copy.sh('npx nx run-many -t build -p gateway worker mongo-admin --parallel=2 --output-style=static');
    await copy.sh('npx prettier --check --log-level=warn libs docs');
  }, 900_000);

  it('the routes answer on the running gateway, for their tenant alone', async () => {
    system = await System.start({ root: copy.root });
    tenant = await system.tenant();
    const other = await system.tenant();

    const created = await tenant.api.call<Note>('POST', '/v1/notes', { body: { title: 'Milk', done: false } });

    expect(created.status).toBe(201);
    expect((await tenant.api.call<Note>('GET', `/v1/notes/${created.body.note_id}`)).body).toMatchObject({
      title: 'Milk',
      done: false,
      due_at: null,
    });
    expect((await tenant.api.call<ListPage<Note>>('GET', '/v1/notes')).body.data).toHaveLength(1);
    expect((await other.api.call('GET', `/v1/notes/${created.body.note_id}`)).status).toBe(404);
    expect((await tenant.api.call('POST', '/v1/shopping-lists', { body: { state: 'lost', size: 1 } })).status).toBe(400);
  }, 300_000);

  it('a record goes over the topic to the consumer and comes out of the route', async () => {
    const id = newId('op').replace('op_', 'note_');
    const payload = { note_id: id, title: 'From afar', done: true, due_at: Date.UTC(2026, 0, 2) };

    await copy.sh('cd libs/domains/notebook && node --input-type=module -e "$SCRIPT"', {
      SCRIPT: SEND,
      SEND: JSON.stringify({ config: kafkaAccess(), tenantId: tenant.tenantId, payload }),
    });

    const stored = await waitUntil(
      'the note is stored',
      async () => {
        const { status, body } = await tenant.api.call<Note>('GET', `/v1/notes/${id}`);
        return status === 200 ? body : undefined;
      },
      { timeoutMs: 60_000 },
    );
    expect(stored).toMatchObject({ ...payload, due_at: new Date(payload.due_at).toISOString() });
  }, 300_000);
});
