import { type SendFence, type TenantFence } from '@caas/runtime';
import { type Services } from './services.js';

/** A fence that hears from the other processes. It is there before the connections, because the repositories pass through it from the first write on. */
export interface ProcessFence extends TenantFence {
  /** The same for what the process sends to the tenants' topics. */
  readonly sends: SendFence;
  /** Starts listening; resolves when the process takes part, or has tried to. Never rejects. */
  connect(services: Pick<Services, 'mongo' | 'redis' | 'instanceId' | 'logger'>): Promise<void>;
  /** Ends its part. Call it when nothing writes any more. */
  close(): Promise<void>;
}
