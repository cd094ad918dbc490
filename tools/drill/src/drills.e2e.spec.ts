import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WORKSPACE_ROOT } from '@caas/local-stack';
import { stack } from '@caas/testing/stack';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { breakBuild } from './broken/break-build.js';
import { BREAKAGES } from './broken/breakages.js';
import { isViolated } from './checker/verdict.js';
import { brokerFrozen } from './drills/01-broker-frozen.js';
import { brokerFrozenLong } from './drills/02-broker-frozen-long.js';
import { gatewayKilled } from './drills/06-gateway-killed.js';
import { workerKilledAfterWrite } from './drills/08-worker-killed-after-write.js';
import { runDrill } from './run-drill.js';
import { DrillSystem } from './system/drill-system.js';

/** The short set; `npm run drill -- all` runs every drill. */
describe('drill', () => {
  let system: DrillSystem;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'caas-drill-'));
    system = await DrillSystem.open({ stack: stack().name, isOwn: false });
  });
  afterAll(async () => {
    await system?.close();
    rmSync(folder, { recursive: true });
  });

  it.each([brokerFrozen, brokerFrozenLong, gatewayKilled, workerKilledAfterWrite])('$number, $name: $holds', async (drill) => {
    const { taken, claims, verdicts } = await runDrill(system, drill, { seed: 1, folder });

    expect(claims.filter(({ held }) => !held)).toEqual([]);
    expect(verdicts.filter(isViolated)).toEqual([]);
    expect(taken).toBeGreaterThan(100);
  });

  it.each(Object.entries(BREAKAGES))('the mistake %s still has its place in the built code', (name, breakage) => {
    expect(() => breakBuild(WORKSPACE_ROOT, join(folder, name), breakage)).not.toThrow();
  });
});
