import { type UseCounter } from '@caas/data-access-redis';
import { type AdmittedCall, AuthorizationError, type CallRule, type ErrorCode, type KeyRestrictions } from '@caas/runtime';
import { type KeyUsage } from './key-usage.js';

/** Refuses calls outside of the bounds of their key, and notes who used it. A key without bounds costs a note. */
export class KeyRule implements CallRule {
  readonly #usage: KeyUsage;
  readonly #uses: Pick<UseCounter, 'take'>;

  constructor({ usage, uses }: { usage: KeyUsage; uses: Pick<UseCounter, 'take'> }) {
    this.#usage = usage;
    this.#uses = uses;
  }

  check(call: AdmittedCall): void | Promise<void> {
    const { principal } = call;
    if (principal?.authType !== 'api_key') return;
    const { subjectId: keyId, restrictions } = principal;
    if (restrictions === undefined) return this.#usage.used(keyId, call.ip, call.route);
    const refused = refusalBy(restrictions, call);
    if (refused !== undefined) throw this.#refused(keyId, refused);
    const { requests } = restrictions;
    if (requests === undefined) return this.#usage.used(keyId, call.ip, call.route);
    return this.#take(keyId, requests).then((isLeft) => {
      if (!isLeft) throw this.#refused(keyId, 'AUTH_KEY_EXHAUSTED');
      this.#usage.used(keyId, call.ip, call.route);
    });
  }

  /** Without Redis by what the store knew and this process saw: some more may come through then. */
  async #take(keyId: string, { max, used }: NonNullable<KeyRestrictions['requests']>): Promise<boolean> {
    const known = used + this.#usage.pendingOf(keyId);
    try {
      return await this.#uses.take(keyId, { known: used, max });
    } catch {
      return known < max;
    }
  }

  #refused(keyId: string, code: keyof typeof TEXTS): AuthorizationError {
    this.#usage.failed(keyId, code);
    return new AuthorizationError(code, TEXTS[code]);
  }
}

const TEXTS = {
  AUTH_IP_NOT_ALLOWED: 'The API key may not be used from this address.',
  AUTHZ_ENDPOINT_NOT_ALLOWED: 'The API key is limited to other endpoints.',
  AUTH_KEY_EXHAUSTED: 'The API key has made all the requests that it was created for.',
} as const satisfies Partial<Record<ErrorCode, string>>;

function refusalBy({ networks, allowsPath }: KeyRestrictions, { ip, path }: AdmittedCall): keyof typeof TEXTS | undefined {
  if (networks?.has(ip) === false) return 'AUTH_IP_NOT_ALLOWED';
  if (allowsPath !== undefined && !allowsPath(path)) return 'AUTHZ_ENDPOINT_NOT_ALLOWED';
  return undefined;
}
