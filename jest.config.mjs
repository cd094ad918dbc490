/**
 * The one Jest configuration of the workspace (docs/decisions/0001-jest-and-esm.md).
 *
 * Native ES modules: started with `--experimental-vm-modules`, TypeScript through swc, workspace packages from their
 * sources by the `@caas/source` export condition. `CAAS_TEST_KIND` picks the specs: unit (default), int or e2e.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

const kinds = {
  unit: { testRegex: ['src/.*(?<!\\.int)(?<!\\.e2e)\\.spec\\.ts$'], testTimeout: 10_000 },
  int: { testRegex: ['src/.*\\.int\\.spec\\.ts$'], testTimeout: 60_000, maxWorkers: 1 },
  e2e: { testRegex: ['src/.*\\.e2e\\.spec\\.ts$'], testTimeout: 180_000, maxWorkers: 1 },
};
const kind = process.env.CAAS_TEST_KIND ?? 'unit';
if (!(kind in kinds)) throw new Error(`CAAS_TEST_KIND must be one of ${Object.keys(kinds).join(', ')}, not "${kind}"`);

mkdirSync('test-output', { recursive: true }); // where the inferred targets put their results

export default {
  ...kinds[kind],
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@caas/source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': ['$1.ts', '$1.js'] },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript', decorators: true }, target: 'es2022' }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  transformIgnorePatterns: ['/node_modules/'],
  modulePathIgnorePatterns: ['/dist/', '/out-tsc/'],
  openHandlesTimeout: 2_000,
  reporters: ['default', join(import.meta.dirname, 'tools/workspace/leak-reporter.mjs')],
};
