import { type Login } from '@caas/runtime';

/** The credentials in force: what a new connection logs in with. Connections that stand keep those they were made with. */
export class CurrentLogin implements Login {
  #login: Login;

  constructor(login: Login) {
    this.#login = login;
  }

  get username(): string {
    return this.#login.username;
  }

  get password(): string {
    return this.#login.password;
  }

  replace(login: Login): void {
    this.#login = login;
  }
}
