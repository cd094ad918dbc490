import { describe, expect, it } from '@jest/globals';
import { TypedEmitter } from './typed-emitter.js';

interface Events {
  connected: { readonly latencyMs: number };
  closed: void;
}

describe('TypedEmitter', () => {
  it('calls listeners until they are removed', () => {
    const emitter = new TypedEmitter<Events>();
    const seen: number[] = [];
    const remove = emitter.on('connected', ({ latencyMs }) => seen.push(latencyMs));

    emitter.emit('connected', { latencyMs: 1 });
    remove();
    emitter.emit('connected', { latencyMs: 2 });

    expect(seen).toEqual([1]);
  });

  it('promises the next event, and stops waiting when told to', async () => {
    const emitter = new TypedEmitter<Events>();
    const next = emitter.next('connected');
    const given = emitter.next('closed', AbortSignal.abort());

    emitter.emit('connected', { latencyMs: 3 });

    expect(await next).toEqual({ latencyMs: 3 });
    await expect(given).rejects.toThrow('aborted');
  });
});
