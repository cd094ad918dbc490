import { bytes, cidr, type CidrRange, int32, parseCidr, z } from '@caas/schema';
import { ValidationError } from '@caas/runtime';

const ADDRESS_BYTES = 16;

/** A network as lists of addresses hold it: its one spelling, and bounds that an address is compared with. */
export const networkFields = {
  cidr: cidr(),
  family: z.literal([4, 6]),
  prefix_len: int32({ min: 0, max: 128 }),
  /** First and last address, IPv4 mapped into IPv6. */
  range_start: bytes({ max: ADDRESS_BYTES }),
  range_end: bytes({ max: ADDRESS_BYTES }),
} as const;

/** The fields of a network that somebody wrote. Throws `ValidationError` naming `field` when it is none. */
export function networkFieldsOf(text: string, field = '/cidr'): z.output<z.ZodObject<typeof networkFields>> {
  const range: CidrRange | undefined = parseCidr(text);
  if (range === undefined)
    throw new ValidationError([{ field, code: 'cidr', message: 'must be an address or a network such as 192.0.2.0/24' }]);
  return {
    cidr: range.cidr,
    family: range.family,
    prefix_len: range.prefixLength,
    range_start: range.start,
    range_end: range.end,
  };
}
