import { expect, it } from '@jest/globals';
import { generatorsPage } from './generators-page.js';

it('the page of generators has every option with what it takes', () => {
  const page = generatorsPage([
    {
      name: 'note',
      schema: {
        description: 'Writes a note',
        required: ['name', 'kind'],
        examples: [{ command: 'nx g note milk', description: 'Milk' }],
        properties: {
          name: { type: 'string', description: 'What', $default: { $source: 'argv' } },
          kind: { type: 'string', description: 'a or b', enum: ['a', 'b'] },
          fields: { type: 'string', description: 'open|done', default: 'x' },
        },
      },
    },
  ]);

  expect(page.slice(page.indexOf('## note'))).toBe(`## note

Writes a note.

| option | takes | default | what it is |
| --- | --- | --- | --- |
| \`<name>\` | string | required | What. |
| \`--kind\` | \`a\`, \`b\` | required | a or b. |
| \`--fields\` | string | \`x\` | open\\|done. |

\`\`\`sh
# Milk
nx g note milk
\`\`\`
`);
});
