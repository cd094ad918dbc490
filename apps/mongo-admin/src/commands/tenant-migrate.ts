import { type Services } from '@caas/composition';
import { modules } from '@caas/modules';
import { ISOLATION_MODELS, type IsolationModel } from '@caas/runtime';
import { FENCE_BOARD, type Move, TenantMoves, TenantsService } from '@caas/tenancy';
import { Command, Option } from 'commander';
import { dryRunOption, jsonOption, type OutputOptions, print, table } from '../output.js';
import { withServices } from '../with-services.js';
import { MoveProgress } from './move-progress.js';

interface MigrateOptions extends OutputOptions {
  readonly to: IsolationModel;
  readonly dryRun?: boolean;
  readonly dropSource?: boolean;
}

/** `caas-admin tenant migrate`: a live move. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description('move a tenant’s data to another isolation strategy while it is used; goes on with a move that was interrupted')
    .argument('<tenant>', 'id or slug')
    .addOption(new Option('--to <strategy>', 'where to').choices(ISOLATION_MODELS).makeOptionMandatory())
    .option('--drop-source', 'remove the old place at once instead of keeping it for seven days')
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action((reference: string, options: MigrateOptions) => onTenant(reference, (moves, tenantId) => runMigrate(moves, tenantId, options)));
}

async function runMigrate(moves: TenantMoves, tenantId: string, options: MigrateOptions): Promise<void> {
  if (options.dryRun === true) {
    const { steps, facts } = await moves.preview(tenantId, options.to);
    const rows = Object.entries(facts['rows'] as Record<string, number>);
    print({ dry_run: true, steps, ...facts }, options, () =>
      [
        `would run: ${steps.join(', ')}`,
        '',
        table(
          ['COLLECTION', 'ROWS'],
          rows.map(([name, count]) => [name, String(count)]),
        ),
      ].join('\n'),
    );
    return;
  }
  const progress = new MoveProgress((line) => process.stderr.write(`${line}\n`));
  const move = await moves.move(tenantId, { to: options.to, requestedBy: 'caas-admin', onProgress: (step) => progress.step(step) });
  const dropped = options.dropSource === true ? await moves.dropKept(tenantId, { now: true }) : [];
  const result = { ...summary(move), dropped };
  print(result, options, () =>
    [
      `${tenantId} is in its ${options.to} place; ${result.rows} rows compared, writes waited ${result.fence_ms ?? 0} ms`,
      dropped.length > 0 ? `removed: ${dropped.join(', ')}` : `the old place is kept until ${result.kept_until ?? 'it is removed'}`,
    ].join('\n'),
  );
}

/** `caas-admin tenant migrate-status`. */
export function migrateStatusCommand(): Command {
  return new Command('migrate-status')
    .description('show the moves of a tenant, the newest first')
    .argument('<tenant>', 'id or slug')
    .addOption(jsonOption())
    .action((reference: string, options: OutputOptions) =>
      onTenant(reference, async (moves, tenantId) => {
        const rows = (await moves.list(tenantId)).map(summary);
        print({ data: rows }, options, () =>
          table(
            ['OPERATION', 'FROM', 'TO', 'STATE', 'STEP', 'PROGRESS', 'FENCE MS', 'KEPT UNTIL'],
            rows.map((row) => [
              row.operation_id,
              row.from ?? '',
              row.to,
              row.state,
              row.steps.at(-1) ?? '',
              row.progress,
              String(row.fence_ms ?? ''),
              row.kept_until ?? '',
            ]),
          ),
        );
      }),
    );
}

/** `caas-admin tenant migrate-abort`. */
export function migrateAbortCommand(): Command {
  return new Command('migrate-abort')
    .description('take a move back that was interrupted before it was cut over')
    .argument('<tenant>', 'id or slug')
    .addOption(jsonOption())
    .action((reference: string, options: OutputOptions) =>
      onTenant(reference, async (moves, tenantId) => {
        const { operation_id, state } = await moves.abort(tenantId);
        print({ operation_id, state }, options, () => `${operation_id} is taken back; ${tenantId} is where it was`);
      }),
    );
}

/** `caas-admin tenant migrate-drop`. */
export function migrateDropCommand(): Command {
  return new Command('migrate-drop')
    .description('remove old places of a tenant whose time is over')
    .argument('<tenant>', 'id or slug')
    .option('--now', 'also those whose time is not over')
    .addOption(jsonOption())
    .action((reference: string, options: OutputOptions & { now?: boolean }) =>
      onTenant(reference, async (moves, tenantId) => {
        const dropped = await moves.dropKept(tenantId, { now: options.now === true });
        print({ dropped }, options, () => (dropped.length === 0 ? 'nothing to remove' : `removed: ${dropped.join(', ')}`));
      }),
    );
}

function onTenant(reference: string, work: (moves: TenantMoves, tenantId: string) => Promise<void>): Promise<void> {
  return withServices(async (services) => {
    const { client_id: tenantId } = await new TenantsService(services).get(reference);
    await work(movesOf(services), tenantId);
  });
}

function movesOf(services: Services): TenantMoves {
  const { redis } = services;
  return new TenantMoves({ ...services, collections: modules.collections, moves: { board: redis.fenceBoard(FENCE_BOARD) } });
}

function summary({ operation, facts }: Move) {
  const verified = Object.values(facts.verified ?? {});
  const { progress } = operation;
  return {
    operation_id: operation.operation_id,
    from: facts.from?.model,
    to: facts.to?.model ?? '',
    state: operation.state,
    steps: operation.steps.map(({ name, state }) => `${name}: ${state}`),
    progress: progress?.parts.map(({ name, done, total }) => `${name} ${done}/${total ?? '?'}`).join(', ') ?? '',
    rows: verified.reduce((sum, { rows }) => sum + rows, 0),
    verified: facts.verified ?? {},
    fence_ms: facts.fence_ms?.at(-1),
    kept_until: facts.kept?.dropped_at === null ? facts.kept.until : undefined,
    error: operation.steps.findLast(({ error }) => error !== null)?.error ?? undefined,
  };
}
