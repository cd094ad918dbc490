/** `V007`, `seed_plans` → `v007SeedPlans`. */
export function variableOf(version: string, name: string): string {
  const words = name.split('_').filter(Boolean);
  return `${version.toLowerCase()}${words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join('')}`;
}

/** The text of a new migration. Both directions refuse to run until somebody writes them. */
export function migrationFile({
  version,
  name,
  scope,
  variable,
}: {
  version: string;
  name: string;
  scope: string;
  variable: string;
}): string {
  return `import { defineMigration } from '@caas/data-access-mongo';

/** What changes, and why. Must succeed from any state that an interrupted run of itself can have left. */
export const ${variable} = defineMigration({
  version: '${version}',
  name: '${name}',
  scope: '${scope}',
  up: async (context) => {
    throw new Error(\`\${context.version} does not say what to do.\`);
  },
  down: async (context) => {
    throw new Error(\`\${context.version} cannot be taken back.\`);
  },
});
`;
}

/** The list of a domain's migrations, from the names of their files. */
export function migrationList(domain: string, files: readonly string[]): string {
  const migrations = files
    .filter((file) => /^v\d{3,6}-.*\.migration\.ts$/.test(file))
    .toSorted(BY_NUMBER.compare)
    .map((file) => {
      const [, version = '', name = ''] = /^(v\d+)-(.*)\.migration\.ts$/.exec(file) ?? [];
      return { module: `./migrations/${file.replace(/\.ts$/, '.js')}`, variable: variableOf(version, name.replaceAll('-', '_')) };
    });
  const variables = migrations.map(({ variable }) => variable);
  const oneLine = `export default [${variables.join(', ')}];`;
  const list = oneLine.length <= LINE_MAX ? oneLine : `export default [\n${variables.map((variable) => `  ${variable},\n`).join('')}];`;
  return [
    `/** The migrations of ${domain}. Written by \`caas-admin migrate create\` from the folder's files. */`,
    ...migrations.map(({ module, variable }) => `import { ${variable} } from '${module}';`),
    '',
    list,
    '',
  ].join('\n');
}

const LINE_MAX = 140;
const BY_NUMBER = new Intl.Collator('en', { numeric: true });

/** The module's text with its migrations named; the same text when they are. Throws `TypeError` where the module has another form. */
export function withMigrations(text: string, domain: string): string {
  if (/^  migrations:/m.test(text)) return text;
  const line = `  migrations: () => import('./${domain}.migrations.js'),\n`;
  const changed = text.replace(/^(  topics: .*\n(?:    .*\n|  \],\n)*)/m, `$1${line}`);
  if (changed === text) throw new TypeError(`The module of "${domain}" has no line "topics:" to put its migrations after.`);
  return changed;
}
