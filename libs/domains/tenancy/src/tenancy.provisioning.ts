import { type ProvisioningStep, type Services } from '@caas/composition';
import { calendarMonth } from './quotas/billing-period.js';
import { QuotaRecords } from './quotas/quota-records.js';
import { SettingsService } from './settings/settings.service.js';

/** What every tenant has from the first moment: its settings, and the record of its first billing period. */
export default function tenancyProvisioning(services: Services): ProvisioningStep[] {
  const { mongo, redis, outbox, logger, clock, secrets } = services;
  const settings = new SettingsService({ mongo, redis, outbox, clock, logger, box: secrets.box });
  const records = new QuotaRecords({ mongo, clock });
  return [
    {
      name: 'tenant-settings',
      run: (tenant) => settings.create(tenant),
      compensate: (tenant) => settings.remove(tenant),
    },
    {
      name: 'quota-snapshot',
      run: async (tenant) => {
        await records.open(tenant, calendarMonth(tenant, clock.now()));
      },
      compensate: (tenant) => records.remove(tenant),
    },
  ];
}
