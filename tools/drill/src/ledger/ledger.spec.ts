import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Entry } from './entry.js';
import { Ledger, readLedger } from './ledger.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'caas-ledger-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const anIntent = (attempt: number): Entry => ({
  kind: 'intent',
  attempt,
  tenant: 'a',
  conversation: 'conv_1',
  sender: 'usr_1',
  message: `m-${attempt}`,
});

describe('the ledger', () => {
  it('has every entry on disk, in order, when its append resolves', async () => {
    const ledger = new Ledger(join(folder, 'ledger.jsonl'));

    await Promise.all(
      Array.from({ length: 50 }, async (_, attempt) => {
        await ledger.append(anIntent(attempt));
        expect(readFileSync(ledger.path, 'utf8')).toContain(`"m-${attempt}"`);
      }),
    );
    await ledger.append({ kind: 'outcome', attempt: 0, status: 202, elapsedMs: 3 });
    await ledger.close();

    expect(readLedger(ledger.path)).toEqual([
      ...Array.from({ length: 50 }, (_, attempt) => anIntent(attempt)),
      { kind: 'outcome', attempt: 0, status: 202, elapsedMs: 3 },
    ]);
    expect(ledger.entries).toEqual(readLedger(ledger.path));
  });

  it('is readable after the driver died in the middle of a line', async () => {
    const ledger = new Ledger(join(folder, 'ledger.jsonl'));
    await ledger.append(anIntent(0));
    await ledger.close();

    appendFileSync(ledger.path, '{"kind":"outco');

    expect(readLedger(ledger.path)).toEqual([anIntent(0)]);
  });

  it('never writes over the ledger of another run', async () => {
    const ledger = new Ledger(join(folder, 'ledger.jsonl'));
    await ledger.close();

    expect(() => new Ledger(ledger.path)).toThrow('EEXIST');
  });
});
