import { pbkdf2Sync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { alterUsers, describeUsers, salted } from './scram-protocol.js';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('AlterUserScramCredentials', () => {
  it('is written as KIP-554 says', () => {
    const upsertion = { user: 'bo', iterations: 8_192, salt: hex('0102'), saltedPassword: hex('030405') };

    const { apiKey, apiVersion, body } = alterUsers(['al'], [upsertion]);

    expect([apiKey, apiVersion]).toEqual([51, 0]);
    expect(body).toEqual(hex('02 03616c 02 00' + '02 03626f 02 00002000 030102 04030405 00' + '00'));
  });

  it('answers what became of each user', () => {
    const answer = hex('00000000' + '03' + '03616c 0000 00 00' + '03626f 005b 06 4f6f707321 00' + '00');

    expect(alterUsers([], []).decode(answer)).toEqual([
      { user: 'al', code: 0, message: undefined },
      { user: 'bo', code: 91, message: 'Oops!' },
    ]);
  });

  it('passes over fields of newer brokers', () => {
    expect(alterUsers([], []).decode(hex('00000000' + '02' + '03616c 0000 00' + '01 07 02 aabb' + '00'))).toEqual([
      { user: 'al', code: 0, message: undefined },
    ]);
  });
});

describe('DescribeUserScramCredentials', () => {
  it('asks for all users and keeps those of SCRAM-SHA-512', () => {
    const answer = hex(
      '00000000 0000 00' + '03' + '03616c 0000 00 03 01 00001000 00 02 00002000 00 00' + '03626f 0000 00 02 01 00001000 00 00' + '00',
    );

    expect(describeUsers().body).toEqual(hex('00 00'));
    expect(describeUsers().decode(answer)).toEqual([{ user: 'al', iterations: 8_192 }]);
  });

  it('throws what the broker says', () => {
    expect(() => describeUsers().decode(hex('00000000 001f 03 4e6f'))).toThrow('code 31, No');
  });
});

describe('a password', () => {
  it('is salted as SCRAM does, with another salt each time', async () => {
    const [one, other] = [await salted('al', 'secret', 4_096), await salted('al', 'secret', 4_096)];

    expect(one.saltedPassword).toEqual(pbkdf2Sync('secret', one.salt, 4_096, 64, 'sha512'));
    expect(one.salt).not.toEqual(other.salt);
  });
});
