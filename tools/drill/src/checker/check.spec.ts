import { describe, expect, it } from '@jest/globals';
import { type Entry } from '../ledger/entry.js';
import { check } from './check.js';
import { type Observed } from './observed.js';
import { aProbe, aSoundRun } from './sound-run.fixture.js';
import { isViolated } from './verdict.js';

const { entries, observed: sound } = aSoundRun();
const [first, second] = sound.rows as [Observed['rows'][number], Observed['rows'][number]];

/** Violations by invariant, of those that have any. */
function violationsOf(ledger: readonly Entry[], observed: Observed): Record<string, readonly string[]> {
  return Object.fromEntries(
    check(ledger, observed)
      .filter(isViolated)
      .map(({ invariant, violations }) => [invariant, violations]),
  );
}

/** The sound run, otherwise in some things. */
const otherwise = (changes: Partial<Observed>): Observed => ({ ...sound, ...changes });

/** What tenant a is shown, changed. */
const shownToA = (change: (messages: Observed['shown'][number]['messages']) => Observed['shown'][number]['messages']): Observed =>
  otherwise({ shown: sound.shown.map((one) => (one.tenant === 'a' ? { ...one, messages: change(one.messages) } : one)) });

describe('the checker', () => {
  it('finds nothing in a sound run, and says what it could not look at', () => {
    const verdicts = check(entries, sound);

    expect(verdicts.map(({ invariant, violations }) => [invariant, violations])).toEqual(
      ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8'].map((name) => [name, []]),
    );
    expect(verdicts.filter(({ notApplicable }) => notApplicable !== undefined)).toEqual([
      { invariant: 'I8', violations: [], looked: 0, notApplicable: 'no webhooks yet' },
    ]);
  });

  it('does not call an invariant held when there was nothing to look at', () => {
    const nothing = otherwise({ shown: [], listed: [], rows: [], records: [], probes: [], quotas: [], replayed: [] });

    const shown = check([], { ...nothing, replayed: undefined });

    expect(shown.filter(({ notApplicable }) => notApplicable === undefined)).toEqual([]);
  });

  it('refuses a ledger with an outcome of something that was never asked', () => {
    expect(() => check([{ kind: 'outcome', attempt: 7, status: 202, elapsedMs: 1 }], sound)).toThrow('outcome of try 7');
  });
});

describe('I1, loss', () => {
  it('is an accepted message without a row', () => {
    const broken = otherwise({ rows: sound.rows.slice(1), replayed: sound.rows.slice(1) });

    expect(violationsOf(entries, broken)).toMatchObject({ I1: ['a/m-0 (msg_a0) was accepted and is not stored'] });
  });

  it('is an accepted message that no page shows', () => {
    expect(
      violationsOf(
        entries,
        shownToA((messages) => messages.slice(0, 2)),
      ),
    ).toEqual({
      I1: ['a/m-2 (msg_a2) was accepted and is not shown'],
    });
  });

  it('is not a message of which nobody heard', () => {
    const unheard: Entry = { kind: 'intent', attempt: 99, tenant: 'a', conversation: 'conv_a', sender: 'ada', message: 'm-9' };

    expect(violationsOf([...entries, unheard], sound)).toEqual({});
  });
});

describe('I2, doubles', () => {
  it('is one message in two rows', () => {
    const broken = otherwise({ rows: [...sound.rows, { ...first, place: 'caas_tenants.messages' }] });

    expect(violationsOf(entries, broken)['I2']).toEqual([
      'msg_a0 is stored twice, in caas_shared.messages and in caas_tenants.messages',
      'a/m-0 is stored twice, in caas_shared.messages and in caas_tenants.messages',
    ]);
  });

  it('is one client id under two ids', () => {
    const again: Entry[] = [
      { kind: 'intent', attempt: 99, tenant: 'a', conversation: 'conv_a', sender: 'ada', message: 'm-2' },
      { kind: 'outcome', attempt: 99, status: 202, messageId: 'msg_a9', elapsedMs: 1 },
    ];

    expect(violationsOf([...entries, ...again], sound)).toMatchObject({ I2: ['a/m-2 was told 2 different ids'] });
  });

  it('is a message on two pages', () => {
    expect(
      violationsOf(
        entries,
        shownToA((messages) => [...messages, ...messages.slice(2)]),
      ),
    ).toMatchObject({
      I2: ['msg_a2 is shown twice, in conv_a and in conv_a', 'sequence 3 is given twice, in conv_a and in conv_a'],
    });
  });
});

describe('I3, order', () => {
  it('is a page whose sequences fall', () => {
    expect(
      violationsOf(
        entries,
        shownToA((messages) => [...messages].reverse()),
      ),
    ).toEqual({
      I3: ['conv_a: msg_a1 with sequence 2 comes after 3', 'conv_a: msg_a0 with sequence 1 comes after 2'],
    });
  });

  it('is a message before one that its sender had been told of', () => {
    const rows = sound.rows.map((row) => (row === first ? { ...row, sequence: 2 } : row === second ? { ...row, sequence: 1 } : row));

    expect(violationsOf(entries, otherwise({ rows, replayed: rows, records: [] }))).toEqual({
      I3: ['a/m-1 has sequence 1, and m-0 that was told before has 2'],
    });
  });

  it('is not a swap of two that were under way together', () => {
    const [one, told, other, toldOther, ...rest] = entries as [Entry, Entry, Entry, Entry, ...Entry[]];
    const rows = sound.rows.map((row) => (row === first ? { ...row, sequence: 2 } : row === second ? { ...row, sequence: 1 } : row));

    expect(violationsOf([one, other, told, toldOther, ...rest], otherwise({ rows, replayed: rows, records: [] }))).toEqual({});
  });

  it('is numbers in another order than the log, where the first of two places counts', () => {
    const [zero, one, ...rest] = sound.records as [Observed['records'][number], Observed['records'][number]];
    const twice = { ...zero, offset: 50 };

    expect(violationsOf(entries, otherwise({ records: [zero, one, ...rest, twice] }))).toEqual({});
    expect(violationsOf(entries, otherwise({ records: [{ ...zero, offset: 1 }, { ...one, offset: 0 }, ...rest] }))).toEqual({
      I3: ['msg_a0 at offset 1 has sequence 1, after msg_a1 with 2'],
    });
  });
});

describe('I3, what was brought back', () => {
  const rows = sound.rows.map((row) => (row === first ? { ...row, sequence: 9 } : row));
  const letter = {
    deadLetterId: 'dlq_1',
    topic: 'chat.messages.shared',
    partition: 0,
    offset: 0,
    code: 'X',
    retryCount: 1,
    messageId: 'msg_a0',
  };

  it.each([
    [true, {}],
    [false, { I3: expect.any(Array) }],
  ])('has no place in the order when its dead letter is resolved (%s)', (isResolved, violations) => {
    const { I3 } = violationsOf(entries, otherwise({ rows, replayed: rows, deadLetters: [{ ...letter, isResolved }] }));

    expect(I3 === undefined ? {} : { I3 }).toEqual(violations);
  });
});

describe('I4, the wall between tenants', () => {
  it('is a message of another on a page', () => {
    expect(
      violationsOf(
        entries,
        shownToA((messages) => messages.map((one) => ({ ...one, text: one.text.replace('a:', 'b:') }))),
      )['I4'],
    ).toEqual(['msg_a0', 'msg_a1', 'msg_a2'].map((id) => `a is shown ${id} of b in conv_a`));
  });

  it.each<[string, Partial<Observed>, string]>([
    ['a conversation of another in a list', { listed: [{ tenant: 'a', conversations: ['conv_b'] }] }, 'a is shown conv_b of b in its list'],
    ['a foreign id that exists', { probes: [aProbe('a', 'b', 200)] }, 'a asked for /v1/conversations/conv_b of b: 200 RES_NOT_FOUND'],
    [
      'a foreign id that answers otherwise than an absent one',
      { probes: [aProbe('a', 'b', 403)] },
      '403 RES_NOT_FOUND; for one that nobody',
    ],
    ['a row that names another', { rows: [{ ...first, tenant: 'b' }] }, 'names b, its conversation is of a, its text of a'],
    ['a record whose header names another', { records: [{ ...sound.records[0], headerTenant: 'b' } as never] }, 'names b and a'],
    ['a key in an output', { leaks: ['worker-1'] }, 'the output of worker-1 has an API key in it'],
  ])('is %s', (_, changes, violation) => {
    const { I4 } = violationsOf(entries, otherwise(changes));

    expect(I4).toEqual([expect.stringContaining(violation)]);
  });

  it('is not a record that the drill itself put there', () => {
    const record = { topic: 'chat.messages.shared', partition: 0, offset: 50, headerTenant: 'b', conversation: 'conv_a' };
    const letter = { ...record, deadLetterId: 'dlq_1', code: 'TENANT_MISMATCH', retryCount: 0, isResolved: false };

    expect(
      violationsOf(entries, otherwise({ records: [...sound.records, record], poison: [{ ...record, what: 'x' }], deadLetters: [letter] })),
    ).toEqual({});
  });
});

describe('I5, endings', () => {
  const place = { topic: 'chat.messages.shared', partition: 0, offset: 0 };
  const letter = { deadLetterId: 'dlq_1', ...place, code: 'X', retryCount: 0, isResolved: false };

  it('is an accepted message with two endings', () => {
    expect(violationsOf(entries, otherwise({ deadLetters: [{ ...letter, messageId: 'msg_a0' }] }))).toEqual({
      I5: ['a/m-0 was accepted and became stored and a dead letter'],
    });
  });

  it('is not a dead letter that was replayed and is stored', () => {
    expect(violationsOf(entries, otherwise({ deadLetters: [{ ...letter, messageId: 'msg_a0', isResolved: true }] }))).toEqual({});
  });

  it('is a refused message that is stored', () => {
    const refused = entries.map((entry) => (entry.kind === 'outcome' && entry.attempt === 0 ? { ...entry, status: 403 } : entry));

    expect(violationsOf(refused, sound)).toEqual({ I5: ['a/m-0 was refused and became stored'] });
  });

  it('is not a message that was told as unavailable and is stored', () => {
    const unavailable = entries.map((entry) => (entry.kind === 'outcome' && entry.attempt === 0 ? { ...entry, status: 503 } : entry));

    expect(violationsOf(unavailable, sound)).toEqual({});
  });

  it('is an accepted message that was rejected and is stored', () => {
    const records = [...sound.records, { ...sound.records[0], offset: 60, type: 'message.rejected' } as Observed['records'][number]];

    expect(violationsOf(entries, otherwise({ records }))['I5']).toEqual(['a/m-0 was accepted and became stored and rejected']);
  });

  it('is poison without a dead letter, or with two', () => {
    const poison = [{ what: 'garbage', topic: letter.topic, partition: 0, offset: 0 }];

    expect(violationsOf(entries, otherwise({ poison }))).toEqual({ I5: ['garbage at chat.messages.shared/0/0 became 0 dead letters'] });
    expect(violationsOf(entries, otherwise({ poison, deadLetters: [letter, { ...letter, deadLetterId: 'dlq_2' }] }))).toEqual({
      I5: ['garbage at chat.messages.shared/0/0 became 2 dead letters'],
    });
  });
});

describe('I6, replay', () => {
  it.each<[string, Observed['rows'], string[]]>([
    ['a row more', [...sound.rows, { ...first, messageId: 'msg_new' }], ['msg_new is new after the replay', '6 rows became 7']],
    ['a row less', sound.rows.slice(1), ['msg_a0 is gone after the replay', '6 rows became 5']],
    ['another number', [{ ...first, sequence: 9 }, ...sound.rows.slice(1)], ['msg_a0 is another after the replay']],
  ])('is %s', (_, replayed, violations) => {
    expect(violationsOf(entries, otherwise({ replayed }))).toEqual({ I6: violations });
  });
});

describe('I7, quotas', () => {
  it('is a counter that is off by more than what is leased', () => {
    const quotas = [
      { tenant: 'a', counted: 5, held: 2, rows: 3 },
      { tenant: 'b', counted: 6, held: 2, rows: 3 },
    ];

    expect(violationsOf(entries, otherwise({ quotas }))).toEqual({ I7: ['b has 3 messages, its counter says 6, 2 leased'] });
  });

  it('is a counter that a repair does not mend', () => {
    const quotas = [{ tenant: 'a', counted: 1, held: 0, rows: 3, repaired: 2 }];

    expect(violationsOf(entries, otherwise({ quotas }))).toEqual({ I7: ['a has 3 messages, its counter says 2 after a repair, 0 leased'] });
  });
});
