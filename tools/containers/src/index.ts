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
