import { describe, expect, it } from '@jest/globals';
import { transferReader, type Transfer } from './transfer-output.js';

function read(...chunks: string[]): Transfer[] {
  const seen: Transfer[] = [];
  const reader = transferReader((transfer) => seen.push(transfer));
  for (const chunk of chunks) reader(chunk);
  return seen;
}

describe('transfer output of Maven', () => {
  it('adds running downloads to finished ones, whatever the unit', () => {
    const seen = read(
      'Downloading from central: https://repo.example/org/a/1/a-1.jar\n',
      'Progress (1): 4.1/512 kB\rProgress (2): 0.5/2.0 MB | 300/512 kB\r',
      'Downloaded from central: https://repo.example/org/a/1/a-1.jar (512 kB at 1.2 MB/s)\nProgress (1): 1.5/2.0 MB\r',
      'Downloaded from central: https://repo.example/org/b/1/b-1.jar (2.0 MB at 1.2 MB/s)\n',
    );

    expect(seen).toEqual([
      { receivedBytes: 0, file: 'a-1.jar' },
      { receivedBytes: 4_100, file: 'a-1.jar' },
      { receivedBytes: 800_000, file: 'a-1.jar' },
      { receivedBytes: 512_000, file: 'a-1.jar' },
      { receivedBytes: 2_012_000, file: 'a-1.jar' },
      { receivedBytes: 2_512_000, file: 'b-1.jar' },
    ]);
  });

  it('puts lines together that arrive in pieces', () => {
    expect(read('Downloading from cen', 'tral: https://repo.example/a-1.pom', '\n')).toEqual([{ receivedBytes: 0, file: 'a-1.pom' }]);
  });

  it('reads sizes without a total, and in bytes', () => {
    expect(read('Progress (1): 700 B\r', 'Progress (1): 4.1 kB\r').map((transfer) => transfer.receivedBytes)).toEqual([700, 4_100]);
  });

  it('ignores everything else', () => {
    expect(read('[INFO] Scanning for projects...\n[INFO] Copying a-1.jar to lib\n')).toEqual([]);
  });
});
