import { dirname, join } from 'node:path';
import { type Services } from '@caas/composition';
import { CredentialRotation, parseUser, PublishedLoginFile } from '@caas/messaging-kafka';
import { ConflictError } from '@caas/runtime';
import { Command, InvalidArgumentError, Option } from 'commander';
import { dryRunOption, jsonOption, type OutputOptions, print, table } from '../output.js';
import { withServices } from '../with-services.js';

interface RotationOptions extends OutputOptions {
  readonly service: string;
  readonly file?: string;
  readonly dryRun?: boolean;
}

/** Time in which a rotation is done, or its process is dead. */
const HELD_MS = 120_000;
const MINUTE_MS = 60_000;

/** `caas-admin credentials …`: the Kafka users of the services, two each. */
export function credentialsCommand(): Command {
  return new Command('credentials')
    .description('the users of the services in Kafka: list them, replace their passwords without a pause')
    .addCommand(listCommand())
    .addCommand(rotateCommand())
    .addCommand(retireCommand());
}

function listCommand(): Command {
  return new Command('list')
    .description('show which users of services have a password')
    .addOption(jsonOption())
    .action((options: OutputOptions) =>
      withServices(async ({ kafka }) => {
        const users = (await kafka.users.users()).flatMap((user) => {
          const parsed = parseUser(user);
          return parsed === undefined ? [] : [{ user, ...parsed }];
        });
        print(users, options, () =>
          table(
            ['USER', 'SERVICE', 'SLOT'],
            users.map(({ user, service, slot }) => [user, service, slot]),
          ),
        );
      }),
    );
}

function rotateCommand(): Command {
  return new Command('rotate')
    .description(
      'give the unused user of a service a new password, try it at every broker, publish it; running processes change over by themselves',
    )
    .addOption(serviceOption())
    .addOption(fileOption())
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action((options: RotationOptions) =>
      withServices((services) =>
        holding(services, options, async (rotation) => {
          const { from, to } = options.dryRun === true ? await rotation.plan() : await rotation.rotate();
          const result = { service: options.service, ...(from === undefined ? {} : { from }), to, published: fileOf(options) };
          print(result, options, () =>
            [
              `${options.dryRun === true ? 'would change' : 'changed'} ${options.service} from ${from ?? 'nobody'} to ${to}`,
              `${options.dryRun === true ? 'would publish' : 'published'} in ${result.published}`,
              ...(from === undefined
                ? []
                : [`when every process has changed over: caas-admin credentials retire --service ${options.service}`]),
            ].join('\n'),
          );
        }),
      ),
    );
}

function retireCommand(): Command {
  return new Command('retire')
    .description('delete the password of the user that is not published any more')
    .addOption(serviceOption())
    .addOption(fileOption())
    .addOption(
      new Option('--grace <minutes>', 'time since the publication in which the old user is kept').argParser(parseMinutes).default(1_440),
    )
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action((options: RotationOptions & { readonly grace: number }) =>
      withServices((services) =>
        holding(services, options, async (rotation) => {
          const { grace, dryRun = false } = options;
          const result = await rotation.retire({ graceMs: grace * MINUTE_MS, dryRun });
          print(result, options, () =>
            result.retired === undefined
              ? `nothing to retire; ${options.service} is ${result.active}`
              : `${dryRun ? 'would retire' : 'retired'} ${result.retired}; ${options.service} is ${result.active}`,
          );
        }),
      ),
    );
}

/** Runs with the service's rotation to itself. */
async function holding<Result>(
  { kafka, redis, clock, logger }: Services,
  options: RotationOptions,
  work: (rotation: CredentialRotation) => Promise<Result>,
): Promise<Result> {
  const { service } = options;
  const lease = redis.lease(`credentials:${service}`, { ttlMs: HELD_MS });
  if (!(await lease.take())) throw new ConflictError(`The credentials of ${service} are being changed by somebody else.`);
  try {
    const published = new PublishedLoginFile(fileOf(options));
    return await work(new CredentialRotation({ service, users: kafka.users, acls: kafka.acls, published, clock, logger }));
  } finally {
    await lease.release();
  }
}

/** The file that was named, else that of the service beside the one that this command logs in with. */
function fileOf({ file, service }: RotationOptions): string {
  if (file !== undefined) return file;
  const own = process.env['KAFKA_SASL_CREDENTIALS_FILE'];
  if (own !== undefined && own !== '') return join(dirname(own), `${service}.json`);
  throw new ConflictError('--file is required: nothing says where the credentials of the service are published.');
}

const serviceOption = (): Option =>
  new Option('--service <name>', 'whose credentials: gateway, worker, provisioner, monitor').argParser(parseService).makeOptionMandatory();

const fileOption = (): Option =>
  new Option('--file <path>', 'where they are published; {service}.json beside KAFKA_SASL_CREDENTIALS_FILE unless given');

function parseService(value: string): string {
  if (parseUser(`service-${value}-a`) !== undefined) return value;
  throw new InvalidArgumentError('It must be lower-case words such as gateway.');
}

function parseMinutes(value: string): number {
  const minutes = Number(value);
  if (Number.isInteger(minutes) && minutes >= 0) return minutes;
  throw new InvalidArgumentError('It must be a whole number of minutes, at least 0.');
}
