import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { buildCommand, findEngine, identityOf, IMAGES, WORKSPACE_ROOT } from './image-build.js';

const build = {
  image: 'worker',
  tag: 'caas-worker:1.2.3',
  version: '1.2.3',
  commit: 'abc',
  secrets: { npmrc: '/home/me/.npmrc' },
} as const;

describe('building an image', () => {
  it('names the target, the version and the commit, and mounts what the installation needs', () => {
    expect(buildCommand('docker', build).join(' ')).toBe(
      'docker build --build-arg SERVICE_VERSION=1.2.3 --build-arg GIT_COMMIT=abc --secret id=npmrc,src=/home/me/.npmrc --target worker --tag caas-worker:1.2.3 --file docker/Dockerfile .',
    );
  });

  it('runs without a daemon, in the format that knows health checks, and takes another base', () => {
    const command = buildCommand('buildah', { ...build, base: 'localhost/node:mine' }).join(' ');

    expect(command).toMatch(/^buildah build --isolation chroot --format docker --layers /);
    expect(command).toContain('--build-arg NODE_IMAGE=localhost/node:mine');
  });

  it('takes the first engine that answers', () => {
    expect(findEngine(([command]) => command === 'buildah')).toBe('buildah');
    expect(findEngine(() => true)).toBe('docker');
    expect(findEngine(() => false)).toBeUndefined();
  });

  it.each(IMAGES)('takes the version of %s from its package', (image) => {
    expect(identityOf(image)).toEqual({ version: expect.stringMatching(/^\d+\.\d+\.\d+/), commit: expect.any(String) });
  });
});

describe('the Dockerfile', () => {
  const dockerfile = readFileSync(join(WORKSPACE_ROOT, 'docker', 'Dockerfile'), 'utf8');

  it.each(IMAGES)('has a target for %s', (image) => {
    expect(dockerfile).toMatch(new RegExp(`^FROM app AS ${image}$`, 'm'));
  });

  it('pins the base to the Node of the workspace', () => {
    const version = readFileSync(join(WORKSPACE_ROOT, '.nvmrc'), 'utf8').trim();

    expect(dockerfile).toContain(`NODE_IMAGE=docker.io/library/node:${version}-bookworm-slim`);
  });

  it('runs as nobody special, is stopped by SIGTERM, and starts node itself', () => {
    expect(dockerfile).toMatch(/^USER 1001:1001$/m);
    expect(dockerfile).toMatch(/^STOPSIGNAL SIGTERM$/m);
    expect(dockerfile).toMatch(/^ENTRYPOINT \["\/usr\/local\/bin\/node"/m);
  });
});
