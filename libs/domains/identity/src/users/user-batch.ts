import { AppError, inLanes, type TenantContext } from '@caas/runtime';
import { type ChangeOrigin } from '../change-origin.js';
import { type NewUser } from './new-user-row.js';
import { type UsersService } from './users.service.js';

/** What became of one user of a batch. */
export interface BatchItem {
  readonly index: number;
  readonly status: number;
  readonly id?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Users that are created at once; the others wait, so that a batch leaves room for requests. */
const AT_ONCE = 8;

/** Creates many users, each for itself: what is wrong with one is said of that one. Rejects when a dependency is away; a repeat is safe then. */
export async function createBatch(
  users: Pick<UsersService, 'create'>,
  tenant: TenantContext,
  { inputs, by }: { inputs: readonly NewUser[]; by: ChangeOrigin },
): Promise<BatchItem[]> {
  const items: BatchItem[] = [];
  await inLanes(inputs.entries(), AT_ONCE, async ([index, input]) => {
    try {
      const { user_id: id } = await users.create(tenant, input, by);
      items.push({ index, status: 201, id });
    } catch (error) {
      if (!(error instanceof AppError) || error.status >= 500) throw error;
      items.push({ index, status: error.status, error: { code: error.code, message: error.message } });
    }
  });
  return items.sort((one, other) => one.index - other.index);
}
