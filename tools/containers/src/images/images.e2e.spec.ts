import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { appEnvironment, freePort, type KafkaIdentity, loadAppSecrets, stackFolder } from '@caas/local-stack';
import { type AppProcess } from '@caas/testing/processes';
import { stack } from '@caas/testing/stack';
import { Container, noContainers } from './container.fixture.js';
import { buildCommand, identityOf, type ImageName, IMAGES, npmSecrets, WORKSPACE_ROOT } from './image-build.js';

/** `build` builds them first, which takes minutes; `built` takes those that an earlier run left. */
const mode = process.env['CAAS_IMAGES'];
const reason = mode === undefined ? 'CAAS_IMAGES=build asks for them' : noContainers();
if (reason !== undefined) console.log(`skipped, images: ${reason}`);

const BASE_SCRIPT = join(WORKSPACE_ROOT, 'docker/image/base-from-host.sh');
const BASE = 'localhost/caas-node:host';
/** Three builds that install and compile, on a machine that may be busy. */
const BUILD_MS = 1_500_000;
const RUN_MS = 300_000;
const SIZE_BYTES_MAX = 200_000_000;
/** What orchestrators are told to wait before they kill. */
const GRACE_MS = 45_000;
const NODE = '/usr/local/bin/node';

function build(image: ImageName): string {
  const tag = `localhost/caas-${image}:spec`;
  const [command = '', ...args] = buildCommand('buildah', { image, tag, base: BASE, secrets: npmSecrets(), ...identityOf(image) });
  if (mode !== 'built') execFileSync(command, args, { cwd: WORKSPACE_ROOT, stdio: 'pipe', maxBuffer: 64 * 1024 * 1024 });
  return tag;
}

/** The variables that find the stack. Files of the host are not in a container, so credentials come as values. */
function environmentOf(identity: KafkaIdentity): Record<string, string> {
  const running = stack();
  const { KAFKA_SASL_CREDENTIALS_FILE: file, ...env } = appEnvironment(running, loadAppSecrets(stackFolder(running.name)), identity);
  if (file === undefined) return { ...env, NODE_ENV: 'test' };
  const { username, password } = JSON.parse(readFileSync(file, 'utf8')) as { username: string; password: string };
  return { ...env, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password, NODE_ENV: 'test' };
}

(reason === undefined ? describe : describe.skip)('the images', () => {
  const containers = new Map<ImageName, Container>();
  const of = (image: ImageName): Container => containers.get(image)!;
  const running: AppProcess[] = [];
  beforeAll(() => {
    // Kept, since another base would make every layer anew.
    if (spawnSync('buildah', ['inspect', '--type', 'image', BASE]).status !== 0) execFileSync(BASE_SCRIPT, [BASE], { stdio: 'pipe' });
    for (const image of IMAGES) containers.set(image, new Container(build(image)));
  }, BUILD_MS);
  afterEach(async () => {
    for (const process of running.splice(0)) await process.end('SIGKILL');
  });
  afterAll(() => {
    for (const container of containers.values()) container.remove();
  });

  /** Runs to the end; answers the exit code and what was printed. */
  async function run(image: ImageName, env: Readonly<Record<string, string>>, command: readonly string[], ...args: readonly string[]) {
    const process = of(image).start(env, command, ...args);
    running.push(process);
    return { code: await process.ended(), output: process.output };
  }

  it.each(IMAGES)('%s is small, belongs to nobody special, and says what it is', (image) => {
    const { config, sizeBytes } = of(image);
    console.log(`caas-${image}: ${Math.round(sizeBytes / 1_000_000)} MB`);

    expect(sizeBytes).toBeLessThan(SIZE_BYTES_MAX);
    expect(config).toMatchObject({ User: '1001:1001', StopSignal: 'SIGTERM', Entrypoint: [NODE, '/app/main.mjs'] });
    expect(config.Labels).toMatchObject({
      'org.opencontainers.image.title': `caas-${image}`,
      'org.opencontainers.image.version': identityOf(image).version,
      'org.opencontainers.image.revision': expect.stringMatching(/^[0-9a-f]{40}$/),
    });
  });

  it.each(IMAGES)('%s has nothing of development in it, and no secret of the build', (image) => {
    const files = execFileSync('find', [of(image).root, '-xdev', '-type', 'f'], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }).split(
      '\n',
    );

    expect(files.length).toBeGreaterThan(1_000);
    expect(
      files.filter((file) =>
        /\/(?:jest|typescript|nx|eslint|npm)\/package\.json$|\/\.npmrc$|authority\.pem$|\/bin\/(?:sh|bash)$|\.spec\.js$/.test(file),
      ),
    ).toEqual([]);
  });

  it.each(IMAGES)(
    '%s can write to /tmp and to nothing else',
    async (image) => {
      const attempt = (path: string) => run(image, {}, [NODE, '-e', `require('fs').writeFileSync('${path}', 'x')`]);

      expect(await attempt('/app/x')).toMatchObject({ code: 1, output: expect.stringMatching(/EROFS|EACCES/) });
      expect(await attempt('/tmp/x')).toMatchObject({ code: 0 });
    },
    RUN_MS,
  );

  it(
    'mongo-admin prepares servers, in the order of the jobs',
    async () => {
      for (const [identity, ...command] of [
        ['provisioner', 'schema', 'apply'],
        ['admin', 'acl', 'apply'],
        ['provisioner', 'topics', 'apply'],
        ['provisioner', 'migrate', 'up'],
      ] as const) {
        const { code, output } = await run('mongo-admin', environmentOf(identity), of('mongo-admin').config.Entrypoint, ...command);

        expect({ command, code, output: code === 0 ? '' : output }).toEqual({ command, code: 0, output: '' });
      }
    },
    RUN_MS,
  );

  it.each(['gateway', 'worker'] as const)(
    '%s starts, says that it is well, and ends in order on SIGTERM',
    async (image) => {
      const [port, metricsPort] = [await freePort(new Set()), await freePort(new Set())];
      const probed = image === 'gateway' ? port : metricsPort;
      const env = {
        ...environmentOf(image),
        HOST: '127.0.0.1',
        PORT: String(port),
        METRICS_HOST: '127.0.0.1',
        METRICS_PORT: String(metricsPort),
      };
      const { Healthcheck: check } = of(image).config;
      const health = () => run(image, env, check?.Test.slice(1) ?? []);
      expect(await health()).toMatchObject({ code: 1 });

      const app = of(image).start(env);
      running.push(app);
      await app.ready(`http://127.0.0.1:${probed}`);

      expect(readFileSync(`/proc/${app.pid}/status`, 'utf8')).toMatch(/^Uid:\t1001\t1001/m);
      expect(await health()).toMatchObject({ code: 0 });
      const asked = performance.now();
      expect({ code: await app.end('SIGTERM'), output: app.output }).toMatchObject({ code: 0 });
      expect(performance.now() - asked).toBeLessThan(GRACE_MS);
    },
    RUN_MS,
  );
});
