import { type LifecycleOperation } from './lifecycle-operation.js';
import { downgrade, upgrade } from './operations/change-plan.js';
import { exportData } from './operations/export.js';
import { hardDelete } from './operations/hard-delete.js';
import { migrate } from '../migration/move-tenant.js';
import { moveTopics } from '../topics/move-topics.js';
import { resume } from './operations/resume.js';
import { restore } from './operations/restore.js';
import { softDelete } from './operations/soft-delete.js';
import { suspend } from './operations/suspend.js';

/** Every operation that can be gone on with by its id alone. */
export const OPERATIONS = [
  suspend,
  resume,
  softDelete,
  restore,
  exportData,
  hardDelete,
  upgrade,
  downgrade,
  migrate,
  moveTopics,
] as readonly unknown[] as readonly LifecycleOperation[];
