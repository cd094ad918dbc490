import {
  type ActingUser,
  type ActingUserResolver,
  AppError,
  InternalError,
  isPromise,
  UnavailableError,
  ValidationError,
} from '@caas/runtime';
import { isId } from '@caas/schema';
import { IMPERSONATE, type Permission } from '../access/permissions.js';
import { type GuardedAccess } from '../access/route-access.js';
import { decideFor, refusal } from './authorize.js';
import { type Exchange } from './exchange.js';
import { type Step } from './run-steps.js';

const HEADER_FIELD = '/headers/x-act-as-user';
/** `ext:` and 1 to 255 printable characters, percent-encoded where they are not ASCII. */
const EXTERNAL_REFERENCE = /^ext:[\x21-\x7e]{1,765}$/;

/** Establishes on whose behalf the call is made, as the route declares it. A user acts for themselves. */
export function actAsUser({ actingUser: mode, permission }: GuardedAccess, resolver: ActingUserResolver): Step {
  return (exchange) => {
    const reference = exchange.header('x-act-as-user');
    const user = exchange.principal?.user;
    if (user !== undefined) {
      if (reference !== undefined) throw invalidHeader('not_accepted', 'A user acts for themselves: only keys name another one.');
      exchange.actingUser = user;
      return;
    }
    if (reference === undefined) {
      if (mode !== 'required') return;
      throw new ValidationError([{ field: HEADER_FIELD, code: 'required', message: 'is required' }], {
        code: 'VAL_ACTING_USER_REQUIRED',
        message: 'Name the user on whose behalf the call is made in X-Act-As-User.',
      });
    }
    if (mode === undefined) throw invalidHeader('not_accepted', 'This route cannot be called on behalf of a user.');
    return resolve(exchange, { reference: decode(reference), resolver, permission });
  };
}

function resolve(
  exchange: Exchange,
  { reference, resolver, permission }: { reference: string; resolver: ActingUserResolver; permission: Permission },
): void | Promise<void> {
  const { principal, tenant } = exchange;
  if (principal === undefined || tenant === undefined) throw new InternalError('The acting user is resolved before the tenant.');
  if (!principal.permissions.has(IMPERSONATE)) {
    throw refusal({ allowed: false, code: 'AUTHZ_SCOPE_MISSING', reason: 'impersonation_not_granted', permission: IMPERSONATE });
  }
  const settle = (user: ActingUser | undefined): void => {
    if (user === undefined) {
      throw new ValidationError([{ field: HEADER_FIELD, code: 'unknown_reference', message: 'names no user of this tenant' }], {
        code: 'VAL_REFERENCE',
      });
    }
    const decision = decideFor(user, permission);
    if (!decision.allowed) throw refusal(decision);
    exchange.actingUser = user;
  };
  let found: ActingUser | undefined | Promise<ActingUser | undefined>;
  try {
    found = resolver.resolve(tenant, reference);
  } catch (error) {
    throw undecidable(error);
  }
  if (!isPromise(found)) return settle(found);
  return found.then(settle, (error: unknown) => {
    throw undecidable(error);
  });
}

/** A reference in the form that resolvers take: `usr_…`, or `ext:` with the external id as the tenant wrote it. */
function decode(header: string): string {
  const isUserId: boolean = isId('usr', header);
  if (isUserId) return header;
  if (!EXTERNAL_REFERENCE.test(header)) throw invalidHeader('format', 'must be usr_… or ext:<external_id>, percent-encoded');
  try {
    return `ext:${decodeURIComponent(header.slice('ext:'.length))}`;
  } catch {
    throw invalidHeader('format', 'holds a malformed percent-encoding');
  }
}

function invalidHeader(code: string, message: string): ValidationError {
  return new ValidationError([{ field: HEADER_FIELD, code, message }], { code: 'VAL_HEADER_INVALID' });
}

function undecidable(error: unknown): AppError {
  return error instanceof AppError
    ? error
    : new UnavailableError('The acting user could not be looked up.', { code: 'AUTHZ_UNAVAILABLE', cause: error });
}
