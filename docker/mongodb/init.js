/**
 * Makes the replica set and its users: mongosh --nodb --file init.js, in the network namespace of the first member. Idempotent.
 *
 * Until the first user exists, MongoDB lets whoever connects from its own host set it up; afterwards only root can.
 */
const { readFileSync } = require('node:fs');

const SECRETS = '/run/caas';
const hosts = process.env.MONGODB_HOSTS.split(',');
const passwordOf = (user) => readFileSync(`${SECRETS}/${user}-password`, 'utf8').trim();
const TLS = `tls=true&tlsCAFile=${SECRETS}/ca.pem`;

/** What services do with data of any tenant, in databases that are made as tenants come; changing users or the set is not part of it. */
const SERVICE_ROLES = ['readWriteAnyDatabase', 'clusterMonitor'];
const USERS = {
  'caas-gateway': SERVICE_ROLES,
  'caas-worker': SERVICE_ROLES,
  'caas-operator': ['readWriteAnyDatabase', 'dbAdminAnyDatabase', 'clusterMonitor'],
  'caas-backup': ['backup', 'restore', 'clusterMonitor'],
};

function config() {
  const priorities = [2, 1, 1];
  return { _id: 'caas-rs', members: hosts.map((host, id) => ({ _id: id, host, priority: priorities[id] })) };
}

const admin = new Mongo(`mongodb://localhost:27017/?directConnection=true&${TLS}`).getDB('admin');

function signIn() {
  try {
    return admin.auth('root', passwordOf('root')).ok === 1;
  } catch {
    return false; // not made yet
  }
}

function ensureSet() {
  try {
    admin.runCommand({ replSetInitiate: config() });
  } catch (error) {
    if (error.codeName !== 'AlreadyInitialized') throw error;
  }
  for (let second = 0; second < 120; second++) {
    if (admin.hello().isWritablePrimary) return;
    sleep(1000);
  }
  throw new Error('the first member did not become primary');
}

/** Users that exist get the password and the roles that are wanted now. */
function ensureUsers() {
  for (const [user, roles] of Object.entries(USERS)) {
    const wanted = {
      pwd: passwordOf(user.replace('caas-', '')),
      roles: roles.map((role) => ({ role, db: 'admin' })),
      mechanisms: ['SCRAM-SHA-256'],
    };
    if (admin.getUser(user) === null) admin.createUser({ user, ...wanted });
    else admin.updateUser(user, wanted);
  }
}

const known = signIn();
if (!known) {
  ensureSet();
  admin.createUser({ user: 'root', pwd: passwordOf('root'), roles: [{ role: 'root', db: 'admin' }], mechanisms: ['SCRAM-SHA-256'] });
  if (!signIn()) throw new Error('root cannot sign in');
}
// After a failover another member is primary, and the users are there already.
if (admin.hello().isWritablePrimary) ensureUsers();
print('the replica set and its users are complete');
