import { type ActingUser, type Principal, type TenantContext } from '@caas/runtime';
import { type ChangeInput } from './message-changes.service.js';
import { type CommandOrigin } from './message-sender.js';
import { type Wait } from './reply-wait.js';

/** What routes with an acting user have in common. */
interface Context {
  readonly tenant: TenantContext;
  readonly principal: Pick<Principal, 'appId'>;
  readonly actingUser: ActingUser;
  readonly request: CommandOrigin['request'] & { readonly prefer: { readonly waitSeconds?: number | undefined } };
  readonly signal: AbortSignal;
}

export function originOf({ tenant, principal, request }: Pick<Context, 'tenant' | 'principal' | 'request'>): CommandOrigin {
  return { tenant, request, applicationId: principal.appId ?? undefined };
}

/** How long the caller waits for what becomes of the command; `undefined` when they do not. */
export function waitOf({ request, signal }: Pick<Context, 'request' | 'signal'>): Wait | undefined {
  const { waitSeconds } = request.prefer;
  return waitSeconds === undefined ? undefined : { seconds: waitSeconds, signal };
}

export function changeOf(context: Context & { readonly params: { readonly message_id: string } }): ChangeInput {
  return { ...originOf(context), actor: context.actingUser, messageId: context.params.message_id, wait: waitOf(context) };
}
