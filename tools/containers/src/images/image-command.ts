import { spawnSync } from 'node:child_process';
import { Argument, Command } from 'commander';
import { buildCommand, findEngine, identityOf, type ImageName, IMAGES, npmSecrets, WORKSPACE_ROOT } from './image-build.js';

/** `caas-containers image <app>`: what `nx run <app>:docker-build` runs. */
export function imageCommand(): Command {
  return new Command('image')
    .description('build the image of an app with docker, or with buildah where there is no daemon')
    .addArgument(new Argument('<app>', 'which one').choices(IMAGES))
    .option('--tag <tag>', 'name of the image; caas-<app>:<version> unless given')
    .option('--base <image>', 'in place of the pinned Node image; CAAS_NODE_IMAGE unless given')
    .action((image: ImageName, options: { tag?: string; base?: string }) => {
      const engine = findEngine();
      if (engine === undefined) throw new Error('Neither docker (with its daemon) nor buildah is here: install one of them.');
      const identity = identityOf(image);
      const base = options.base ?? process.env['CAAS_NODE_IMAGE'];
      const tag = options.tag ?? `caas-${image}:${identity.version}`;
      const build = { image, tag, ...identity, secrets: npmSecrets(), ...(base === undefined ? {} : { base }) };
      const [command = '', ...args] = buildCommand(engine, build);
      const { status } = spawnSync(command, args, { cwd: WORKSPACE_ROOT, stdio: 'inherit' });
      process.exitCode = status ?? 1;
    });
}
