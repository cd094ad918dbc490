import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MongoClient } from 'mongodb';
import { tenantUri } from './tenant-uri.js';

const database = 'caas_clnt_abcdefgh';
const login = { username: 'tenant', password: 'secret' };

describe('tenantUri', () => {
  it.each<[string, string, string]>([
    ['one server', 'mongodb://db.example:27017/', `mongodb://tenant:secret@db.example:27017/${database}?authSource=${database}`],
    [
      'a replica set with a user and options',
      'mongodb://caas_app:x@a:1,b:2,c:3/admin?replicaSet=caas-rs&authSource=admin&authMechanism=SCRAM-SHA-1&tls=true',
      `mongodb://tenant:secret@a:1,b:2,c:3/${database}?replicaSet=caas-rs&authSource=${database}&tls=true`,
    ],
    [
      'a service record',
      'mongodb+srv://db.example/?tls=true',
      `mongodb+srv://tenant:secret@db.example/${database}?tls=true&authSource=${database}`,
    ],
    ['no path', 'mongodb://db.example', `mongodb://tenant:secret@db.example/${database}?authSource=${database}`],
  ])('goes by the parser for %s', (_, uri, expected) => {
    expect(tenantUri(uri, { database, login })).toBe(expected);
  });

  it('keeps every login as it is, whatever characters it has', () => {
    const text = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' });
    fc.assert(
      fc.property(text, text, (username, password) => {
        const uri = tenantUri('mongodb://x:y@a:1,b:2/?replicaSet=rs', { database, login: { username, password } });
        const { credentials, hosts } = new MongoClient(uri).options;

        expect(credentials).toMatchObject({ username, password, source: database });
        expect(hosts.map(String)).toEqual(['a:1', 'b:2']);
      }),
    );
  });
});
