import { type Authenticator, type CredentialScheme, type Principal } from '@caas/runtime';

/** What turns one kind of credential into principals. */
interface CredentialReader {
  authenticate(credential: string): Principal | Promise<Principal>;
}

/** Every kind of credential that the gateway takes, each by its own authenticator. */
export class CredentialAuthenticator implements Authenticator {
  readonly #readers: Readonly<Record<CredentialScheme, CredentialReader>>;

  constructor({ keys, tokens, userTokens }: { keys: CredentialReader; tokens: CredentialReader; userTokens: CredentialReader }) {
    this.#readers = { api_key: keys, bearer: tokens, sdk_jwt: userTokens };
  }

  authenticate(credential: string, scheme: CredentialScheme): Principal | Promise<Principal> {
    return this.#readers[scheme].authenticate(credential);
  }
}
