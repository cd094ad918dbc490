import { type Mongo } from '@caas/data-access-mongo';
import { jobResults, PART_LENGTH_MAX } from './job-results.collection.js';

/** Writes what a job comes to, part by part: never more of it in memory than one. */
export class ResultWriter {
  readonly #mongo: Mongo;
  readonly #of: { readonly job_id: string; readonly tenant_id: string; readonly expires_at: Date };
  #waiting = '';
  #parts = 0;

  constructor(mongo: Mongo, of: { readonly job_id: string; readonly tenant_id: string; readonly expires_at: Date }) {
    this.#mongo = mongo;
    this.#of = of;
  }

  get parts(): number {
    return this.#parts;
  }

  /** Removes what an earlier attempt left. */
  async begin(): Promise<void> {
    await this.#mongo.platform(jobResults).deleteMany({ tenant_id: this.#of.tenant_id, job_id: this.#of.job_id });
  }

  async write(text: string): Promise<void> {
    this.#waiting += text;
    while (this.#waiting.length >= PART_LENGTH_MAX) await this.#flush();
  }

  async end(): Promise<void> {
    if (this.#waiting !== '') await this.#flush();
  }

  async #flush(): Promise<void> {
    const content = this.#waiting.slice(0, lengthOf(this.#waiting));
    this.#waiting = this.#waiting.slice(content.length);
    this.#parts += 1;
    await this.#mongo.platform(jobResults).insert({ ...this.#of, part: this.#parts, content });
  }
}

/** As much as a part takes, without parting the two halves of a character. */
function lengthOf(text: string): number {
  if (text.length <= PART_LENGTH_MAX) return text.length;
  const last = text.charCodeAt(PART_LENGTH_MAX - 1);
  return last >= 0xd800 && last <= 0xdbff ? PART_LENGTH_MAX - 1 : PART_LENGTH_MAX;
}
