import { type Outcome } from '../ledger/entry.js';
import { type Ledger } from '../ledger/ledger.js';
import { type Scene } from './scene.js';

/** One message that somebody wants to have said. */
export interface Draft {
  readonly scene: Scene;
  readonly conversation: string;
  readonly sender: string;
  /** The sender's own id; the same for a resend. */
  readonly message: string;
  /** Said after the tenant's alias and the id. */
  readonly text?: string;
  /** Seconds that the gateway waits until it is stored; absent answers as soon as it is accepted. */
  readonly waitSeconds?: number;
}

/** Sends through the API and writes down what was asked and what was told. One per run. */
export class RecordedSends {
  readonly #ledger: Ledger;
  #attempts = 0;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** One try at one gateway. The intent is on disk before the request leaves. Never rejects for want of an answer: that is an outcome too. */
  async send(url: string, { scene, conversation, sender, message, text = '', waitSeconds }: Draft): Promise<Outcome> {
    const attempt = (this.#attempts += 1);
    await this.#ledger.append({ kind: 'intent', attempt, tenant: scene.tenant.alias, conversation, sender, message });
    const started = performance.now();
    const answer = await scene.client
      .call<{ message_id?: string; code?: string }>('POST', `${url}/v1/conversations/${conversation}/messages`, {
        userId: sender,
        ...(waitSeconds === undefined ? {} : { headers: { prefer: `wait=${waitSeconds}` } }),
        body: { type: 'text', content: { text: `${scene.tenant.alias}: ${message} ${text}` }, client_message_id: message },
      })
      .catch(() => undefined);
    const outcome: Outcome = {
      kind: 'outcome',
      attempt,
      elapsedMs: Math.round(performance.now() - started),
      ...(answer === undefined ? {} : { status: answer.status }),
      ...(answer?.body.code === undefined ? {} : { code: answer.body.code }),
      ...(answer?.body.message_id === undefined ? {} : { messageId: answer.body.message_id }),
    };
    await this.#ledger.append(outcome);
    return outcome;
  }
}
