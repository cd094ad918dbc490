import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { aContext, aFolder, removeFolders } from '../context.fixture.js';
import type { MavenArtifact } from '../versions.js';
import { ensureArtifact } from './artifact-store.js';

const artifact: MavenArtifact = {
  folder: 'thing-1',
  title: 'Thing 1',
  sizeBytes: 2_000_000,
  fetch: { goal: 'unpack', artifact: 'org.example:thing:1' },
};

/** An environment whose `mvn` is this shell script; `$OUT` is the output folder it was given. */
function withMaven(script: string): NodeJS.ProcessEnv {
  const bin = aFolder();
  const head = '#!/bin/sh\n[ "$1" = -v ] && exit 0\nfor a; do case "$a" in -DoutputDirectory=*) OUT="${a#*=}";; esac; done\n';
  writeFileSync(join(bin, 'mvn'), head + script, { mode: 0o755 });
  return { PATH: bin + delimiter + (process.env['PATH'] ?? '') };
}

afterEach(removeFolders);

describe('artifact store', () => {
  it('fetches once, also when asked twice at the same time, and tells how far it is', async () => {
    const maven = withMaven(
      `echo "Downloading from central: https://repo.example/thing-1.jar"\n` +
        `echo "Downloaded from central: https://repo.example/thing-1.jar (2.0 MB at 1 MB/s)"\ntouch "$OUT/thing"\n`,
    );
    const { folder, events, ...context } = aContext(maven);

    const both = [ensureArtifact(folder.artifacts, artifact, context), ensureArtifact(folder.artifacts, artifact, context)];

    const thing = join(folder.artifacts, 'thing-1');
    expect(await Promise.all(both)).toEqual([thing, thing]);
    expect(readdirSync(thing)).toEqual(['thing']);
    const download = { type: 'download', title: 'Thing 1', totalBytes: 2_000_000 };
    expect(events).toEqual([
      { ...download, receivedBytes: 0 },
      { ...download, receivedBytes: 0, file: 'thing-1.jar' },
      { ...download, receivedBytes: 2_000_000, file: 'thing-1.jar' },
      { type: 'downloaded', title: 'Thing 1', receivedBytes: 2_000_000, ms: expect.any(Number) },
    ]);
  });

  it('says what Maven said when that fails, and leaves no half of it', async () => {
    const { folder, ...context } = aContext(
      withMaven('touch "$OUT/half"\necho "[INFO] Scanning"\necho "[ERROR] Could not find artifact org.example:thing"\nexit 1\n'),
    );

    await expect(ensureArtifact(folder.artifacts, artifact, context)).rejects.toThrow(
      'Maven could not fetch Thing 1 (exit code 1):\n  | [ERROR] Could not find artifact org.example:thing',
    );

    expect(readdirSync(folder.artifacts)).toEqual(['.locks']);
  });

  it('ends Maven when aborted', async () => {
    const { folder, ...context } = aContext(
      withMaven('echo "Downloading from central: https://repo.example/thing-1.jar"\nexec sleep 60\n'),
    );
    const abort = new AbortController();
    const listener = (): void => abort.abort(new Error('enough'));

    await expect(ensureArtifact(folder.artifacts, artifact, { ...context, listener, signal: abort.signal })).rejects.toThrow();

    expect(readdirSync(folder.artifacts)).toEqual(['.locks']);
  });

  it('removes what a killed fetch has left', async () => {
    const { folder, ...context } = aContext(withMaven('exit 0\n'));
    mkdirSync(join(folder.artifacts, '.fetching-1'), { recursive: true });

    await ensureArtifact(folder.artifacts, artifact, context);

    expect(readdirSync(folder.artifacts).sort()).toEqual(['.locks', 'thing-1']);
  });

  it('names both ways out when there is no Maven', async () => {
    const { folder, ...context } = aContext({ PATH: aFolder() });

    await expect(ensureArtifact(folder.artifacts, artifact, context)).rejects.toThrow(
      'The local servers need `mvn`, which is not on PATH. Either install a JDK (17 or newer) and Maven so that `java`, `javac` and `mvn` are on PATH, ' +
        'or run all of CAAS in containers: docker/README.md.',
    );
  });
});
