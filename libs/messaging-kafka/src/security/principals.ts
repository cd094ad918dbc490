/** The two users that a service has, so that one can be replaced while the other is used. */
export const SLOTS = ['a', 'b'] as const;
export type Slot = (typeof SLOTS)[number];

const SERVICE_FORM = /^[a-z][a-z0-9-]{0,40}$/;
const USER_FORM = /^service-([a-z][a-z0-9-]{0,40})-([ab])$/;

/** The Kafka user of a service's slot: `service-gateway-a`. Throws a `TypeError` for what cannot be a service's name. */
export function userOf(service: string, slot: Slot): string {
  if (!SERVICE_FORM.test(service)) throw new TypeError(`"${service}" must be lower-case words such as "gateway" to be a service.`);
  return `service-${service}-${slot}`;
}

/** Inverse of {@link userOf}; `undefined` for other users. */
export function parseUser(user: string): { readonly service: string; readonly slot: Slot } | undefined {
  const [, service, slot] = USER_FORM.exec(user) ?? [];
  return service === undefined ? undefined : { service, slot: slot as Slot };
}

/** The slot that is not in use while this one is. */
export const otherSlot = (slot: Slot): Slot => (slot === 'a' ? 'b' : 'a');

/** Whether a principal of the authorizer is one of a service. */
export const isServicePrincipal = (principal: string): boolean => principal.startsWith('User:service-');
