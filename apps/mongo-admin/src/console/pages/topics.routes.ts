import { type TopicDescription } from '@caas/messaging-kafka';
import { modules } from '@caas/modules';
import { type ConsoleParts } from '../console-parts.js';
import { type ConsoleRoute } from '../http/console-route.js';
import { type LagHistory } from '../lag-history.js';
import { type Column, dataTable } from '../views/data-table.js';
import { fieldRow } from '../views/forms.js';
import { type Fragment, type Html, html } from '../views/html.js';
import { sparkline } from '../views/sparkline.js';
import { figure, moment } from '../views/texts.js';

const LAG_COLUMNS: readonly Column[] = [
  { name: 'Topic', kind: 'main' },
  { name: 'Group' },
  { name: 'Behind', kind: 'number' },
  { name: 'History' },
];
const TOPIC_COLUMNS: readonly Column[] = [
  { name: 'Topic', kind: 'main' },
  { name: 'Placement' },
  { name: 'Partitions', kind: 'number' },
  { name: 'Copies', kind: 'number' },
  { name: 'Health' },
  { name: 'Definition' },
];
/** Pairs that are shown at once; the others are not behind, or behind less. */
const PAIRS_MAX = 200;

/** Topics as they are, and how far their groups are behind. */
export function topicsRoutes({ services, lag }: Pick<ConsoleParts, 'services' | 'lag'>): ConsoleRoute[] {
  return [
    {
      method: 'GET',
      path: '/topics',
      needs: 'platform_viewer',
      handle: ({ query }) => lagPage(lag, query),
    },
    {
      method: 'GET',
      path: '/topics/health',
      needs: 'platform_viewer',
      handle: async ({ query }) => topicsPage(await services.kafka.topics.describe(modules.topics), query),
    },
  ];
}

/** @internal For its spec. */
export function lagPage(lag: Pick<LagHistory, 'series' | 'span' | 'failure'>, query: URLSearchParams): { title: string; body: Html } {
  const wanted = (query.get('find') ?? '').trim();
  const all = lag.series().filter(({ group, topic }) => group.includes(wanted) || topic.includes(wanted));
  const { span } = lag;
  const rows = all
    .slice(0, PAIRS_MAX)
    .map(({ group, topic, records }): Fragment[] => [topic, group, figure(records.at(-1) ?? 0), sparkline(records, { unit: 'records' })]);
  return {
    title: 'Topics',
    body: html`${tabs('/topics')}${finder(query)}
      <section id="live" data-refresh="10">
        <p class="lead">
          ${span === undefined ? 'The first look at the lag is under way.' : html`<span>Looked at since ${moment(span.from)}, last at ${moment(span.to)} UTC.</span>`}
        </p>
        ${lag.failure !== undefined && html`<p class="notice bad" role="alert">The last look failed: ${lag.failure}</p>`}
        ${dataTable({ caption: 'How far groups are behind, the furthest first', columns: LAG_COLUMNS, rows, empty: 'No group reads such a topic.' })}
        ${all.length > PAIRS_MAX && html`<p class="quiet">${all.length - PAIRS_MAX} more are behind less.</p>`}
      </section>`,
  };
}

function topicsPage(topics: readonly TopicDescription[], query: URLSearchParams): { title: string; body: Html } {
  const wanted = (query.get('find') ?? '').trim();
  const rows = topics
    .filter(({ topic }) => topic.includes(wanted))
    .map(({ topic, placement, partitions, replicationFactor, unhealthyPartitions, changes }): Fragment[] => [
      topic,
      placement,
      partitions,
      replicationFactor,
      unhealthyPartitions === 0
        ? html`<span class="badge good">healthy</span>`
        : html`<span class="badge bad">${unhealthyPartitions} unhealthy</span>`,
      changes.length === 0
        ? html`<span class="badge good">as defined</span>`
        : html`<span class="badge warn">${changes.map(({ kind }) => kind.replaceAll('_', ' ')).join(', ')}</span>`,
    ]);
  return {
    title: 'Topics',
    body: html`${tabs('/topics/health')}${finder(query)}
    ${dataTable({ caption: 'Topics of the cluster', columns: TOPIC_COLUMNS, rows, empty: 'There is no such topic.' })}`,
  };
}

function finder(query: URLSearchParams): Html {
  return html`<form class="filter" role="search">
    ${fieldRow({ name: 'find', label: 'Part of a name', max: 100 }, { values: query })}<button>Show</button>
  </form>`;
}

function tabs(here: string): Html {
  const tab = (path: string, name: string): Html => html`<a href="${path}" ${path === here && html`aria-current="page"`}>${name}</a>`;
  return html`<nav class="tabs" aria-label="About topics">${tab('/topics', 'Lag')}${tab('/topics/health', 'Health and settings')}</nav>`;
}
