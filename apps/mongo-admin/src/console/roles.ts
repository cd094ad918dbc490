import { STAFF_ROLES, type StaffRole } from '@caas/identity';

/** Whether somebody in this role may do what needs the other: each role may do what the ones before it may. */
export function mayAct(role: StaffRole, needed: StaffRole): boolean {
  return STAFF_ROLES.indexOf(role) >= STAFF_ROLES.indexOf(needed);
}

/** How a role is called on a page. */
export function roleName(role: StaffRole): string {
  return role.replace('platform_', '');
}
