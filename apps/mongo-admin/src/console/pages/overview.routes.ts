import { type DeadLetterStats } from '@caas/insight';
import { deadLettersOf } from '../../operations/dead-letters.js';
import { type ConsoleParts } from '../console-parts.js';
import { type ConsoleRoute } from '../http/console-route.js';
import { type Fragment, type Html, html } from '../views/html.js';
import { sparkline } from '../views/sparkline.js';
import { figure } from '../views/texts.js';

/** A server, and how it is. */
interface Condition {
  readonly name: string;
  readonly problem?: string;
  readonly facts: string;
}

/** What an operator wants to know first. */
export function overviewRoutes({ services, lag }: Pick<ConsoleParts, 'services' | 'lag'>): ConsoleRoute[] {
  const { mongo, redis, kafka } = services;
  const conditions = (): Promise<readonly Condition[]> =>
    Promise.all([
      conditionOf('MongoDB', async () => mongoFacts(await mongo.health())),
      conditionOf('Kafka', async () => brokersOf((await kafka.health()).brokers)),
      conditionOf('Redis', async () => redis.health().then(() => 'answers')),
      conditionOf('Schema registry', async () => kafka.schemas.check().then(() => 'answers')),
    ]);
  return [
    {
      method: 'GET',
      path: '/',
      needs: 'platform_viewer',
      handle: async ({ operator }) => {
        const stats = deadLettersOf(services, operator)
          .stats()
          .catch(() => undefined); // the card of MongoDB says why
        const [servers, letters] = await Promise.all([conditions(), stats]);
        const cards = html`${servers.map(conditionCard)}${lagCard(lag.total())}${letters !== undefined && deadLettersCard(letters)}`;
        return { title: 'Overview', body: html`<div id="live" class="cards" data-refresh="30">${cards}</div>` };
      },
    },
  ];
}

async function conditionOf(name: string, facts: () => Promise<string>): Promise<Condition> {
  try {
    return { name, facts: await facts() };
  } catch (error) {
    return { name, facts: '', problem: error instanceof Error ? error.message : String(error) };
  }
}

function mongoFacts({ available, checks }: { available: boolean; checks: readonly { name: string; status: string }[] }): string {
  const others = checks
    .filter(({ status }) => status === 'degraded' || status === 'unhealthy')
    .map(({ name, status }) => `${name} ${status}`);
  if (!available) throw new Error(`is not available: ${others.join(', ')}`);
  return others.length === 0 ? 'all checks pass' : others.join(', ');
}

const brokersOf = (count: number): string => (count === 1 ? '1 broker' : `${count} brokers`);

function conditionCard({ name, problem, facts }: Condition): Html {
  return card(
    name,
    problem === undefined ? html`<span class="badge good">up</span>` : html`<span class="badge bad">down</span>`,
    problem ?? facts,
  );
}

function lagCard(total: readonly number[]): Html {
  const now = total.at(-1);
  return card(
    html`<a href="/topics">Lag of all groups</a>`,
    html`<strong class="figure">${now === undefined ? '–' : figure(now)}</strong>`,
    html`${sparkline(total, { unit: 'records' })}`,
  );
}

function deadLettersCard({ by_status: byStatus, oldest_pending_seconds: oldest }: DeadLetterStats): Html {
  const open = (byStatus['pending'] ?? 0) + (byStatus['failed'] ?? 0);
  const facts = Object.entries(byStatus).map(([status, count]) => `${figure(count)} ${status}`);
  return card(
    html`<a href="/dead-letters">Open dead letters</a>`,
    html`<strong class="figure">${figure(open)}</strong>`,
    html`${facts.join(', ') || 'none at all'}${oldest !== null && `; the oldest waits ${ageOf(oldest)}`}`,
  );
}

function card(name: Fragment, value: Fragment, facts: Fragment): Html {
  return html`<section class="card tile">
    <h2>${name}</h2>
    <p>${value}</p>
    <p class="quiet">${facts}</p>
  </section>`;
}

function ageOf(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}
