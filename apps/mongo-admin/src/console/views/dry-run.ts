import { type JsonObject } from '@caas/schema';
import { factList } from './data-table.js';
import { type Fragment, type Html, html } from './html.js';
import { plain } from './texts.js';

/** What would be done, for somebody who decides about it. */
export function dryRunView({ steps, facts }: { steps: readonly string[]; facts: JsonObject }): Html {
  const known = Object.entries(facts).filter(([, value]) => value !== null);
  return html`<section class="card" aria-labelledby="dry-run">
    <h2 id="dry-run">Dry run</h2>
    <p>Nothing was changed. It would take these steps:</p>
    <ol class="steps">
      ${steps.map((name) => html`<li><code>${name}</code></li>`)}
    </ol>
    ${known.length > 0 && factList(known.map(([name, value]) => [name.replaceAll('_', ' '), factOf(value)]))}
  </section>`;
}

function factOf(value: unknown): Fragment {
  if (Array.isArray(value))
    return value.length === 0
      ? 'none'
      : html`<ul class="plain">
          ${value.map((one) => html`<li>${factOf(one)}</li>`)}
        </ul>`;
  if (typeof value !== 'object' || value === null) return plain(value);
  return factList(Object.entries(value).map(([name, part]) => [name.replaceAll('_', ' '), factOf(part)]));
}
