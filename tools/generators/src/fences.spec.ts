import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';

const root = join(process.cwd(), '..', '..');

/** What would stand in which file. The files exist: their types are looked up there. */
const VIOLATIONS = [
  ['the fence around mongodb', 'libs/domains/chat/src/index.ts', 'mongodb', /Only libs\/data-access-mongo imports mongodb/],
  ['the fence around kafkajs', 'libs/gateway-middleware/src/index.ts', 'kafkajs', /Only libs\/messaging-kafka imports kafkajs/],
  ['the fence around ioredis', 'apps/worker/src/app.ts', 'ioredis', /Only libs\/data-access-redis imports ioredis/],
  ['the fence around fastify', 'libs/domains/identity/src/index.ts', 'fastify', /Only libs\/gateway-middleware imports fastify/],
  ['the layers: infrastructure knows no domain', 'libs/messaging-kafka/src/index.ts', '@caas/chat', /enforce-module-boundaries/],
  [
    'the layers: infrastructure libraries do not know each other',
    'libs/data-access-mongo/src/index.ts',
    '@caas/messaging-kafka',
    /enforce-module-boundaries/,
  ],
  ['the layers: runtime knows schema only', 'libs/runtime/src/index.ts', '@caas/data-access-mongo', /enforce-module-boundaries/],
] as const;
const ALLOWED = ['libs/data-access-redis/src/client/connect-redis.ts', 'ioredis'] as const;

/** Lints each `export * from '<module>'` as if it stood in its file; one process, since loading the rules takes seconds. */
const LINT_SCRIPT = `
const { ESLint } = await import('eslint');
const eslint = new ESLint({ cwd: process.cwd() });
const answers = [];
for (const [filePath, module] of JSON.parse(process.argv[1])) {
  const [result] = await eslint.lintText("export * from '" + module + "';\\n", { filePath });
  answers.push(result.messages.map(({ ruleId, message }) => ruleId + ': ' + message).join('\\n'));
}
console.log(JSON.stringify(answers));
`;

describe('a deliberate import across', () => {
  let answers: readonly string[];

  beforeAll(() => {
    const cases = [...VIOLATIONS.map(([, file, module]) => [file, module]), ALLOWED];
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', LINT_SCRIPT, JSON.stringify(cases)], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, NX_DAEMON: 'false', NODE_OPTIONS: '' },
    });
    if (stdout === '') throw new Error(stderr);
    answers = JSON.parse(stdout.trim().split('\n').at(-1) ?? '[]') as string[];
  }, 120_000);

  it.each(VIOLATIONS.map(([name, , , message], index) => [name, message, index] as const))('%s fails lint', (_, message, index) => {
    expect(answers[index]).toMatch(message);
  });

  it('a fence by its owner does not', () => {
    expect(answers.at(-1)).toBe('');
  });
});
