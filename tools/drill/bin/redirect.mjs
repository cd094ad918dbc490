/**
 * Loaded into a built app before it starts (`node --import`): connections to the ports that `CAAS_DRILL_LINKS` names (`from=to`, comma separated) go to
 * other ports of this machine, where the drill's faulty links listen. Brokers advertise their own address, so an address in the configuration would
 * not do. The app itself knows nothing of it.
 */
import { Socket } from 'node:net';

const links = new Map((process.env.CAAS_DRILL_LINKS ?? '').split(',').map((link) => link.split('=').map(Number)));
const connect = Socket.prototype.connect;

Socket.prototype.connect = function (...args) {
  const normalized = Array.isArray(args[0]) ? args[0] : args;
  const [first] = normalized;
  if (typeof first === 'object' && first !== null && links.has(Number(first.port))) first.port = links.get(Number(first.port));
  else if (links.has(Number(first))) normalized[0] = links.get(Number(first));
  return connect.apply(this, args);
};
