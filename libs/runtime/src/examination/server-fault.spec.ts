import { describe, expect, it } from '@jest/globals';
import { readClock, serverFaultOf } from './server-fault.js';

const coded = (code: string, message = code): Error => Object.assign(new Error(message), { code });

describe('the fault of a failed connection', () => {
  it.each([
    ['ENOTFOUND', 'unknown_host'],
    ['ECONNREFUSED', 'unreachable'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'not_trusted'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'not_trusted'],
    ['ETIMEDOUT', 'no_answer'],
  ])('is %s for the code %s', (code, kind) => {
    expect(serverFaultOf(coded(code))).toEqual({ kind, said: code });
  });

  it('is found behind what a client wraps around it', () => {
    const wrapped = new TypeError('fetch failed', { cause: new AggregateError([coded('ECONNREFUSED', 'connect ECONNREFUSED ::1:1')]) });

    expect(serverFaultOf(wrapped)).toEqual({ kind: 'unreachable', said: 'connect ECONNREFUSED ::1:1' });
  });

  it('is one of TLS when the handshake ended without a word', () => {
    const said = 'Client network socket disconnected before secure TLS connection was established';

    expect(serverFaultOf(coded('ECONNRESET', said))).toEqual({ kind: 'not_trusted', said });
  });

  it('is silence when something ran out of time', () => {
    expect(serverFaultOf(Object.assign(new Error('no answer'), { name: 'TimeoutError' })).kind).toBe('no_answer');
  });

  it('is a failure for what nobody knows', () => {
    expect(serverFaultOf(new Error('odd'))).toEqual({ kind: 'failed', said: 'odd' });
    expect(serverFaultOf('odd')).toEqual({ kind: 'failed', said: 'odd' });
  });

  it('ends with causes that go round in a circle', () => {
    const error = new Error('round');
    error.cause = error;

    expect(serverFaultOf(error).kind).toBe('failed');
  });
});

describe('a reading of a clock', () => {
  it('compares with the middle of the question', () => {
    expect(readClock(5_100, { askedAtMs: 1_000, answeredAtMs: 1_200 })).toEqual({ skewMs: 4_001, uncertaintyMs: 101 });
  });

  it('is less certain where the server counts seconds', () => {
    expect(readClock(1_000, { askedAtMs: 1_400, answeredAtMs: 1_600, resolutionMs: 1_000 })).toEqual({ skewMs: 0, uncertaintyMs: 600 });
  });
});
