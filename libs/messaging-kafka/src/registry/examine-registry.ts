import { readClock, type ServerExamination, type ServerFault, serverFaultOf } from '@caas/runtime';
import { registryHeaders } from './http-registry.js';

export interface ExamineRegistryOptions {
  /** Base address of the Confluent API. */
  readonly url: string;
  readonly auth?: { readonly username: string; readonly password: string };
  readonly timeoutMs: number;
}

/** HTTP tells the time in whole seconds. */
const RESOLUTION_MS = 1_000;
const QUESTION = '/config';

/** Looks whether the registry can be used, with one question. Never rejects and changes nothing. */
export async function examineRegistry({ url, auth, timeoutMs }: ExamineRegistryOptions): Promise<ServerExamination> {
  const askedAtMs = Date.now();
  const started = performance.now();
  try {
    const response = await fetch(url.replace(/\/+$/, '') + QUESTION, {
      headers: registryHeaders(auth),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const latencyMs = Math.round(performance.now() - started);
    await response.body?.cancel();
    if (!response.ok) return { latencyMs, fault: faultOf(response) };
    const serverMs = Date.parse(response.headers.get('date') ?? '');
    if (Number.isNaN(serverMs)) return { latencyMs };
    return { latencyMs, clock: readClock(serverMs, { askedAtMs, answeredAtMs: askedAtMs + latencyMs, resolutionMs: RESOLUTION_MS }) };
  } catch (error) {
    return { fault: serverFaultOf(error) };
  }
}

function faultOf({ status }: Response): ServerFault {
  const said = `it answered ${status} to ${QUESTION}`;
  return { kind: status === 401 || status === 403 ? 'access_refused' : 'failed', said };
}
