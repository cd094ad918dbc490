import { describe, expect, it } from '@jest/globals';
import { checkReleases, hasSchema } from '@caas/messaging-kafka';
import { modules } from '@caas/modules';
import { readReleased } from './released-files.js';

describe('the schemas of this build', () => {
  it.each(modules.topics.filter(hasSchema))('of $family keep the promise of the last release', async (topic) => {
    const finding = checkReleases([topic], await readReleased()).find(({ subject }) => subject === topic.subject);

    expect(finding?.issues).toEqual([]);
  });

  it('still define every subject that was released', async () => {
    const findings = checkReleases(modules.topics, await readReleased());

    expect(findings.filter(({ state }) => state === 'gone')).toEqual([]);
  });

  it('are compared with a release that holds something', async () => {
    expect((await readReleased()).map(({ subject }) => subject)).toContain('chat.messages-value');
  });
});
