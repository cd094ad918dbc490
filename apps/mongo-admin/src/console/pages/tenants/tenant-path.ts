/** Where a tenant has its page. */
export function tenantPath({ client_id: id }: { client_id: string }): string {
  return `/tenants/${encodeURIComponent(id)}`;
}
