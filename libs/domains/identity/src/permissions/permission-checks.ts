import {
  CREDENTIAL_KINDS,
  decide,
  decideFor,
  type Decision,
  type Permission,
  PERMISSIONS,
  type ResourceGuard,
} from '@caas/gateway-middleware';
import { type ActingUser, AppError, type Principal, type TenantContext } from '@caas/runtime';

/** Who asks. */
export interface PermissionCaller {
  readonly tenant: TenantContext;
  readonly principal: Principal;
  readonly actingUser: ActingUser | undefined;
}

export interface PermissionQuestion {
  readonly permission: string;
  readonly resource?: { readonly type: string; readonly id: string } | undefined;
}

export interface PermissionAnswer {
  readonly allowed: boolean;
  readonly reason: string;
}

const GRANTED: PermissionAnswer = { allowed: true, reason: 'granted' };
const refused = (reason: string): PermissionAnswer => ({ allowed: false, reason });
/** From here on an error says that nobody knows, not that it is refused. */
const UNDECIDED_STATUS = 500;

/** Answers what a caller may do, by the decisions that routes are guarded with: of the gateway, and of the domain that has the resource. */
export class PermissionChecks {
  readonly #guards: () => Promise<readonly ResourceGuard[]>;

  constructor({ guards }: { guards: () => Promise<readonly ResourceGuard[]> }) {
    this.#guards = guards;
  }

  /** Never allows what it cannot decide: then it rejects as the store does. */
  async answer(caller: PermissionCaller, { permission: name, resource }: PermissionQuestion): Promise<PermissionAnswer> {
    if (!PERMISSIONS.has(name)) return refused('unknown_permission');
    const permission = name as Permission;
    const decision = decisionOn(permission, caller);
    if (!decision.allowed) return refused(decision.reason);
    if (resource === undefined) return GRANTED;
    const guard = (await this.#guards()).find(({ type }) => type === resource.type);
    if (guard === undefined) return refused('unknown_resource_type');
    if (!guard.permissions.has(permission)) return refused('not_of_this_resource');
    try {
      await guard.require({ ...caller, permission, resourceId: resource.id });
      return GRANTED;
    } catch (error) {
      if (!(error instanceof AppError) || error.status >= UNDECIDED_STATUS) throw error;
      return refused(reasonOf(error));
    }
  }
}

/** What both may, a caller and the user for whom it acts. */
function decisionOn(permission: Permission, { principal, actingUser }: PermissionCaller): Decision {
  const decision = decide({ permission, credentials: CREDENTIAL_KINDS }, principal);
  return decision.allowed && actingUser !== undefined && principal.user === undefined ? decideFor(actingUser, permission) : decision;
}

/** `not_member`, `not_found`, `msg_sender_muted`: the code of the refusal without its family. */
function reasonOf({ code }: AppError): string {
  return code.replace(/^(?:AUTHZ|RES)_/u, '').toLowerCase();
}
