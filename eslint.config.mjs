import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** A driver is imported by one library only; everyone else sees that library's types (docs/architecture.md). */
const fences = [
  { owner: 'libs/data-access-mongo', packages: ['mongodb'], also: ['tools/local-stack', 'tools/bench', 'tools/drill'] },
  { owner: 'libs/data-access-redis', packages: ['ioredis'], also: ['tools/local-stack', 'tools/bench'] },
  {
    owner: 'libs/messaging-kafka',
    packages: ['kafkajs', '@kafkajs/confluent-schema-registry'],
    also: ['tools/local-stack', 'tools/bench', 'tools/e2e', 'tools/drill'], // which write what our producer would not
  },
  {
    owner: 'libs/gateway-middleware',
    packages: ['fastify', 'fastify-plugin', '@fastify/*'],
    also: ['tools/bench', 'apps/mongo-admin/src/console/http'], // which serves pages, not the API
  },
];
const fencedFor = (folder) =>
  fences
    .filter(({ owner, also }) => folder !== owner && !also.includes(folder))
    .flatMap(({ owner, packages }) =>
      packages.map((group) => ({ group: [group, `${group}/**`], message: `Only ${owner} imports ${group}.` })),
    );
const noDirectImports = (folder) => ['error', { patterns: fencedFor(folder) }];
const exempt = [...new Set(fences.flatMap(({ owner, also }) => [owner, ...also]))];

const tags = (...names) => names.map((name) => `type:${name}`);

export default tseslint.config(
  { ignores: ['**/dist/**', '**/out-tsc/**', '**/test-output/**', '**/.nx/**', '**/*.template'] },
  { plugins: { '@nx': nx } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: true,
          allow: [],
          depConstraints: [
            { sourceTag: 'type:base', onlyDependOnLibsWithTags: tags('base', 'testing') },
            { sourceTag: 'type:infra', onlyDependOnLibsWithTags: tags('base', 'testing') },
            { sourceTag: 'type:composition', onlyDependOnLibsWithTags: tags('base', 'infra', 'testing') },
            { sourceTag: 'type:domain', onlyDependOnLibsWithTags: tags('base', 'infra', 'composition', 'domain', 'testing') },
            { sourceTag: 'type:app', onlyDependOnLibsWithTags: tags('base', 'infra', 'composition', 'domain', 'testing') },
            { sourceTag: 'type:testing', onlyDependOnLibsWithTags: tags('base') },
            { sourceTag: 'type:tool', onlyDependOnLibsWithTags: tags('base', 'infra', 'composition', 'domain', 'testing', 'tool') },
            { sourceTag: 'scope:schema', onlyDependOnLibsWithTags: ['scope:testing'] },
          ],
        },
      ],
      'no-restricted-imports': noDirectImports(''),
      'no-console': 'error',
      eqeqeq: 'error',
      'max-depth': ['error', 4],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  ...exempt.map((folder) => ({ files: [`${folder}/**/*.ts`], rules: { 'no-restricted-imports': noDirectImports(folder) } })),
  { files: ['tools/**/*.ts', 'apps/mongo-admin/src/**/*.ts'], rules: { 'no-console': 'off' } },
  prettier,
);
