/** containers → images of the apps, checks of compose files and chart, capacity model. */
export {
  buildCommand,
  type Engine,
  ENGINES,
  findEngine,
  identityOf,
  type ImageBuild,
  IMAGES,
  type ImageName,
  npmSecrets,
} from './images/image-build.js';
export { type Capacity, capacityOf, type Load } from './capacity/capacity-model.js';
export { UNIT_COSTS, type UnitCost } from './capacity/unit-costs.js';
