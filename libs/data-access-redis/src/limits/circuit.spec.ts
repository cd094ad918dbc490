import { describe, expect, it } from '@jest/globals';
import { Circuit } from './circuit.js';

function aCircuit() {
  const changes: number[] = [];
  return { circuit: new Circuit(1_000, (state) => changes.push(state)), changes };
}

describe('circuit', () => {
  it('opens after three failures in a row', () => {
    const { circuit, changes } = aCircuit();

    circuit.failed(0);
    circuit.failed(0);
    circuit.succeeded();
    circuit.failed(0);
    circuit.failed(0);
    expect(circuit.isOpen).toBe(false);

    circuit.failed(0);
    expect(circuit.isOpen).toBe(true);
    expect(changes).toEqual([2]);
  });

  it('lets one trial through per period and closes with its success', () => {
    const { circuit, changes } = aCircuit();
    for (let failure = 0; failure < 3; failure++) circuit.failed(0);

    const claims = [500, 1_000, 1_001, 2_000].map((now) => circuit.claimTrial(now));
    circuit.succeeded();

    expect(claims).toEqual([false, true, false, true]);
    expect(circuit.isOpen).toBe(false);
    expect(changes).toEqual([2, 1, 1, 0]);
  });
});
