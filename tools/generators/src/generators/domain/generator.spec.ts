import { describe, expect, it } from '@jest/globals';
import { aNotebook, aWorkspace, changesOf, expectRefusal, expectToConverge, occurrences } from '../../workspace/virtual-workspace.fixture';
import domainGenerator from './generator';

const options = { name: 'notebook', description: 'Notes and their labels' };

describe('domain', () => {
  it('writes the library and takes it into the one list of modules', async () => {
    const tree = aWorkspace();

    expect(await changesOf(tree, () => domainGenerator(tree, options))).toMatchSnapshot();
  });

  it('changes nothing the second time, and leaves edits', async () => {
    const tree = aWorkspace();

    await expectToConverge(tree, { run: () => domainGenerator(tree, options), edited: 'libs/domains/notebook/src/notebook.module.ts' });
    expect(occurrences(tree, 'libs/domains/modules/src/index.ts', 'notebookModule')).toBe(2);
    expect(occurrences(tree, 'docs/architecture.md', 'notebook/')).toBe(1);
  });

  it('takes a second domain beside the first', async () => {
    const tree = await aNotebook();
    await domainGenerator(tree, { name: 'shop', description: 'Things to buy' });

    expect(tree.read('libs/domains/modules/src/index.ts', 'utf8')).toContain('new ModuleList([notebookModule, shopModule])');
  });

  it.each([
    [{ name: 'Notebook' }, '--name: "Notebook" must be lower-case words joined by hyphens'],
    [{ name: '../escape' }, '--name: "../escape" must be lower-case words'],
    [{ name: 'modules' }, '--name: "modules" is the name of libs/domains/modules already'],
    [{ name: 'a'.repeat(41) }, 'has more than 40 characters'],
    [{ description: 'Notes.' }, '--description: "Notes." must be one sentence'],
    [{ description: '' }, '--description: "" must be one sentence'],
  ])('refuses %j and writes nothing', async (change, rule) => {
    const tree = aWorkspace();

    await expectRefusal(tree, () => domainGenerator(tree, { ...options, ...change }), rule);
  });
});
