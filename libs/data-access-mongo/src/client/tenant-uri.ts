import { ConnectionString } from 'mongodb-connection-string-url';

/** The login of a tenant's own database user. */
export interface DatabaseLogin {
  readonly username: string;
  readonly password: string;
}

/**
 * The connection string of a tenant's own user: the same servers and options as the process's, with the tenant's login and database. The user
 * lives in the tenant's database, so that dropping the database's users cannot touch anybody else's. Throws what the parser throws.
 */
export function tenantUri(uri: string, { database, login }: { database: string; login: DatabaseLogin }): string {
  const parsed = new ConnectionString(uri);
  // The setters leave percent signs alone, so what is set has to be encoded completely.
  parsed.username = encodeURIComponent(login.username);
  parsed.password = encodeURIComponent(login.password);
  parsed.pathname = `/${database}`;
  const options = parsed.typedSearchParams<{ authSource?: string; authMechanism?: string; authMechanismProperties?: string }>();
  options.set('authSource', database);
  options.delete('authMechanism');
  options.delete('authMechanismProperties');
  return parsed.toString();
}
