import { hash } from 'node:crypto';
import { type AppError, type Clock, type Principal, type TokenSettings } from '@caas/runtime';
import { LRUCache } from 'lru-cache';
import { type TokenHoldersByActor } from './token-holders.js';
import { type AccessTokenVerifier, refused, type VerifiedToken } from './access-token-verifier.js';

/** For how long what is known of a token is believed without another look: together with the caches behind it, a revocation is noticed within a second. */
const BELIEVED_MS = 100;
const ENTRIES_MAX = 25_000;
const ENTRY_SIZE = 1;

/** A kind of signed tokens: how one is verified, once, and whom it stands for, again and again. */
export interface TokenKind<Token extends { readonly expiresAt: number }> {
  /** Rejects with what the caller is told of a token that is not good, whoever it stands for. */
  verify(text: string): Promise<Token>;
  /** Whom it stands for, if it still holds. Rejects with what the caller is told, and with any other error when no store answers. */
  principalOf(token: Token): Promise<Principal>;
  refusal(reason: 'too_long' | 'expired'): AppError;
}

/** A verified token and whom it stood for at the last look. */
interface Known<Token> {
  readonly token: Token;
  principal: Principal | undefined;
  believedUntil: number;
  /** The look that is under way. */
  looking: Promise<Principal> | undefined;
}

/**
 * Turns signed tokens into principals. The signature of a token is verified once; tokens are remembered by their hash, so that nothing in memory can be used.
 * Whether a token still holds is looked up again and again, which costs memory reads while the caches behind are fresh.
 */
export class TokenAuthenticator<Token extends { readonly expiresAt: number }> {
  readonly #kind: TokenKind<Token>;
  readonly #clock: Clock;
  readonly #settings: TokenSettings;
  readonly #known: LRUCache<string, Known<Token>>;

  constructor(kind: TokenKind<Token>, { settings, clock }: { settings: TokenSettings; clock: Clock }) {
    this.#kind = kind;
    this.#clock = clock;
    this.#settings = settings;
    this.#known = new LRUCache({
      maxSize: ENTRIES_MAX, // `max` would allocate all of it now
      sizeCalculation: () => ENTRY_SIZE,
      fetchMethod: async (_digest, _stale, { context }) => this.#verify(context as string),
      ignoreFetchAbort: true,
    });
  }

  /** Synchronous for a token that was looked at a moment ago. Throws and rejects as an `Authenticator` does. */
  authenticate(text: string): Principal | Promise<Principal> {
    if (text.length > this.#settings.tokenBytesMax) throw this.#kind.refusal('too_long');
    const digest = hash('sha256', text, 'base64url');
    const known = this.#known.get(digest);
    if (known === undefined) return this.#known.forceFetch(digest, { context: text }).then((verified) => this.#look(verified));
    if (known.principal === undefined || known.believedUntil <= this.#clock.now()) return this.#look(known);
    this.#requireTime(known.token);
    return known.principal;
  }

  async #verify(text: string): Promise<Known<Token>> {
    return { token: await this.#kind.verify(text), principal: undefined, believedUntil: 0, looking: undefined };
  }

  /** Several requests with one token share a look. */
  #look(known: Known<Token>): Promise<Principal> {
    known.looking ??= this.#ask(known).finally(() => {
      known.looking = undefined;
    });
    return known.looking;
  }

  async #ask(known: Known<Token>): Promise<Principal> {
    this.#requireTime(known.token);
    const asked = this.#clock.now();
    known.principal = undefined;
    const principal = await this.#kind.principalOf(known.token);
    known.principal = principal;
    known.believedUntil = asked + BELIEVED_MS;
    return principal;
  }

  #requireTime({ expiresAt }: Token): void {
    if (expiresAt + this.#settings.clockToleranceSeconds * 1_000 <= this.#clock.now()) throw this.#kind.refusal('expired');
  }
}

/** Access tokens: signed by us, each standing for somebody of its actor's kind. A kind that nobody holds is refused. */
export class AccessTokens implements TokenKind<VerifiedToken> {
  readonly #verifier: Pick<AccessTokenVerifier, 'verify'>;
  readonly #holders: TokenHoldersByActor;

  constructor(verifier: Pick<AccessTokenVerifier, 'verify'>, holders: TokenHoldersByActor) {
    this.#verifier = verifier;
    this.#holders = holders;
  }

  verify(text: string): Promise<VerifiedToken> {
    return this.#verifier.verify(text);
  }

  async principalOf(token: VerifiedToken): Promise<Principal> {
    const holders = this.#holders[token.claims.actor];
    if (holders === undefined) throw refused('AUTH_TOKEN_CLAIMS');
    return holders.principalOf(token);
  }

  refusal(reason: 'too_long' | 'expired'): AppError {
    return refused(reason === 'expired' ? 'AUTH_TOKEN_EXPIRED' : 'AUTH_TOKEN_MALFORMED');
  }
}
