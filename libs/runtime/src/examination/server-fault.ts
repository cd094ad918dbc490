/** Why a server cannot be used, by what an operator does about it. */
export const SERVER_FAULTS = [
  /** It answers and refuses user or password. */
  'access_refused',
  /** Its name does not resolve. */
  'unknown_host',
  /** Nothing takes the connection. */
  'unreachable',
  /** Its certificate is not trusted, or one side speaks TLS and the other does not. */
  'not_trusted',
  /** It takes the connection and says nothing in time. */
  'no_answer',
  /** It answers with an error. */
  'failed',
] as const;

export interface ServerFault {
  readonly kind: (typeof SERVER_FAULTS)[number];
  /** What was said, without credentials. */
  readonly said: string;
}

/** What looking at one server came to. Looking never rejects: what is wrong is the answer. */
export interface ServerExamination {
  /** Absent when it can be used. */
  readonly fault?: ServerFault;
  /** Of one question, in milliseconds; absent when none was answered. */
  readonly latencyMs?: number;
  /** Absent where the server does not tell the time. */
  readonly clock?: ClockReading;
}

/** How far a server's clock is from ours. */
export interface ClockReading {
  /** Positive when the server is ahead. */
  readonly skewMs: number;
  /** Half the time of the question, and what the server's answer leaves open. */
  readonly uncertaintyMs: number;
}

/** Compares the time that a server gave with ours, which is taken in the middle of the question. `resolutionMs` is the unit of the server's answer. */
export function readClock(
  serverMs: number,
  { askedAtMs, answeredAtMs, resolutionMs = 1 }: { askedAtMs: number; answeredAtMs: number; resolutionMs?: number },
): ClockReading {
  const middle = (askedAtMs + answeredAtMs) / 2;
  // A time that was cut to its unit is on average half a unit older.
  const cut = resolutionMs / 2;
  return { skewMs: Math.round(serverMs + cut - middle), uncertaintyMs: Math.ceil((answeredAtMs - askedAtMs) / 2 + cut) };
}

const BY_CODE: readonly (readonly [RegExp, ServerFault['kind']])[] = [
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'unknown_host'],
  [/^(ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|EPIPE|UND_ERR_SOCKET)$/, 'unreachable'],
  [/^(EPROTO|CERT_.+|ERR_TLS_.+|ERR_SSL_.+|UNABLE_TO_.+|DEPTH_ZERO_.+|SELF_SIGNED_.+)$/, 'not_trusted'],
  [/^(ETIMEDOUT|ESOCKETTIMEDOUT|UND_ERR_.*TIMEOUT)$/, 'no_answer'],
];

/** Longer chains go round in a circle. */
const CAUSES_MAX = 10;

/** The fault that a failed connection comes from: the first error of its causes whose code says so. Clients wrap them two or three times. */
export function serverFaultOf(error: unknown): ServerFault {
  const errors = [...causesOf(error)];
  for (const { code, message } of errors) {
    if (/\b(TLS|SSL)\b/.test(message)) return { kind: 'not_trusted', said: message }; // also when only the connection was ended
    const kind = BY_CODE.find(([form]) => form.test(code ?? ''))?.[1];
    if (kind !== undefined) return { kind, said: message };
  }
  const [first] = errors;
  const isLate = errors.some(({ name, message }) => /Timeout|AbortError/.test(name) || /timed? ?out/i.test(message));
  return { kind: isLate ? 'no_answer' : 'failed', said: first?.message ?? String(error) };
}

interface Cause {
  readonly name: string;
  readonly message: string;
  readonly code: string | undefined;
}

/** An error, its causes, and what several errors in one are; the outermost first. By their form: clients hand on errors of other realms. */
function* causesOf(error: unknown): Generator<Cause> {
  let current = error;
  for (let depth = 0; depth < CAUSES_MAX && isErrorLike(current); depth += 1) {
    const { name, message, code, errors, cause } = current;
    yield { name, message, code: typeof code === 'string' ? code : undefined };
    if (Array.isArray(errors)) for (const one of errors) yield* causesOf(one);
    current = cause;
  }
}

type ErrorLike = Error & { readonly code?: unknown; readonly errors?: unknown };

function isErrorLike(thrown: unknown): thrown is ErrorLike {
  return typeof thrown === 'object' && thrown !== null && typeof (thrown as Partial<Error>).message === 'string';
}
