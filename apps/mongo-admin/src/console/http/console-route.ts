import { type StaffRole } from '@caas/identity';
import { type Operator } from '../../operations/operator.js';
import { type Html } from '../views/html.js';

/** One request of somebody who has signed in. */
export interface Visit {
  readonly operator: Operator;
  readonly role: StaffRole;
  /** What every form sends along. */
  readonly formToken: string;
  /** Of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Of a POST; empty otherwise. */
  readonly form: URLSearchParams;
}

/** A page, or another place to go to. */
export type Reply =
  | { readonly title: string; readonly body: Html; readonly status?: number }
  /** `notice` is shown once, on the page that is seen next. */
  | { readonly goTo: string; readonly notice?: string };

/** A page or an action of the console. */
export interface ConsoleRoute {
  readonly method: 'GET' | 'POST';
  /** As Fastify writes it: `/tenants/:tenant`. */
  readonly path: string;
  /** The least role that may. */
  readonly needs: StaffRole;
  readonly handle: (visit: Visit) => Promise<Reply> | Reply;
}
