import { type Drill } from '../drill.js';
import { brokerFrozen } from './01-broker-frozen.js';
import { brokerFrozenLong } from './02-broker-frozen-long.js';
import { brokerCrash } from './03-broker-crash.js';
import { acknowledgementLost } from './04-acknowledgement-lost.js';
import { halfOpenLink } from './05-half-open-link.js';
import { gatewayKilled } from './06-gateway-killed.js';
import { gatewayTerminated } from './07-gateway-terminated.js';
import { workerKilledAfterWrite } from './08-worker-killed-after-write.js';
import { workerKilledMidInsert } from './09-worker-killed-mid-insert.js';
import { workerFrozen } from './10-worker-frozen.js';
import { rebalanceStorm } from './11-rebalance-storm.js';
import { mongodbDown } from './12-mongodb-down.js';
import { mongodbSlow } from './13-mongodb-slow.js';
import { mongodbFailover } from './14-mongodb-failover.js';
import { redisLost } from './15-redis-lost.js';
import { poison } from './16-poison.js';
import { transientFailure } from './17-transient-failure.js';
import { duplicates } from './18-duplicates.js';
import { twoGateways } from './19-two-gateways.js';
import { schemaDrift } from './22-schema-drift.js';
import { deadLetterReplay } from './25-dead-letter-replay.js';
import { restartEverything } from './26-restart-everything.js';

/** All drills, by their number in the fault matrix. */
export const DRILLS: readonly Drill[] = [
  brokerFrozen,
  brokerFrozenLong,
  brokerCrash,
  acknowledgementLost,
  halfOpenLink,
  gatewayKilled,
  gatewayTerminated,
  workerKilledAfterWrite,
  workerKilledMidInsert,
  workerFrozen,
  rebalanceStorm,
  mongodbDown,
  mongodbSlow,
  mongodbFailover,
  redisLost,
  poison,
  transientFailure,
  duplicates,
  twoGateways,
  schemaDrift,
  deadLetterReplay,
  restartEverything,
];
