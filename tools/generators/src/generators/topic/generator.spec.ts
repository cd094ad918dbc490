import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Tree } from '@nx/devkit';
import { aNotebook, changesOf, expectRefusal, expectToConverge, occurrences } from '../../workspace/virtual-workspace.fixture';
import tenantSchemaGenerator from '../tenant-schema/generator';
import topicGenerator from './generator';

const SOURCE = 'libs/domains/notebook/src';
const options = { name: 'notes', domain: 'notebook' };

describe('topic', () => {
  let tree: Tree;
  beforeEach(async () => {
    tree = await aNotebook();
    await tenantSchemaGenerator(tree, { ...options, fields: 'title:text,due_at:date?' });
  });

  it('writes event, topic and consumer, and lists them', async () => {
    expect(await changesOf(tree, () => topicGenerator(tree, options))).toMatchSnapshot();
  });

  it('writes event and topic alone without a consumer', async () => {
    const alone = { name: 'page-views', domain: 'notebook', event: 'page_view.counted', fields: 'page:text,views:int', consumer: false };

    expect(await changesOf(tree, () => topicGenerator(tree, alone))).toMatchSnapshot();
  });

  it('changes nothing the second time, and leaves edits', async () => {
    await expectToConverge(tree, { run: () => topicGenerator(tree, options), edited: `${SOURCE}/notes/notes.events.ts` });
    expect(occurrences(tree, `${SOURCE}/notebook.consumers.ts`, 'noteProcessor(')).toBe(1);
    expect(occurrences(tree, `${SOURCE}/notebook.module.ts`, "'note-processor'")).toBe(1);
    expect(occurrences(tree, `${SOURCE}/notebook.module.ts`, 'topics: [noteEvents]')).toBe(1);
  });

  it.each([
    [{ name: 'labels' }, '--name: the domain notebook has no "labels" with a collection'],
    [{ domain: 'nowhere' }, '--domain: there is no domain "nowhere"'],
    [{ event: 'submitted' }, '--event: "submitted" must be dotted lower-case words, such as note.submitted'],
    [{ family: 'Notes.all' }, '--family: "Notes.all" must be dotted lower-case words'],
    [{ family: 'platform.notes' }, '--family: "platform.notes" has the reserved word "platform"'],
    [{ family: 'notes.shared' }, '--family: "notes.shared" has the reserved word "shared"'],
    [{ partitions: 0 }, '--partitions: must be a whole number from 1 to 256'],
    [{ retentionDays: 1.5 }, '--retentionDays: must be a whole number from 1 to 365'],
  ])('refuses %j and writes nothing', async (change, rule) => {
    await expectRefusal(tree, () => topicGenerator(tree, { ...options, ...change }), rule);
  });

  it.each([
    ["type: 'note.submitted'", '--event: "note.submitted" is defined in'],
    ["family: 'notebook.notes'", '--family: "notebook.notes" is defined in'],
    ["group: 'note-processor'", '--name: "note-processor" is defined in'],
  ])('refuses what another file has: %s', async (text, rule) => {
    tree.write(`${SOURCE}/other.ts`, text);

    await expectRefusal(tree, () => topicGenerator(tree, options), rule);
  });

  it('refuses a second family beside the first', async () => {
    await topicGenerator(tree, options);

    await expectRefusal(tree, () => topicGenerator(tree, { ...options, family: 'notebook.facts' }), 'defines another family');
  });
});
