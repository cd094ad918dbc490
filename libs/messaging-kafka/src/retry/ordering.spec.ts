import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ForwardFate, RetryWorld } from '../fixtures/retry-world.fixture.js';

type Step =
  | { readonly do: 'send'; readonly key: string; readonly failures: number }
  | { readonly do: 'work'; readonly place: number; readonly max: number; readonly dies: boolean }
  | { readonly do: 'move'; readonly place: number }
  | { readonly do: 'forwards'; readonly fates: readonly ForwardFate[] }
  | { readonly do: 'refresh' }
  | { readonly do: 'wait'; readonly ms: number };

const places = RetryWorld.places;
const place = fc.nat({ max: places.length - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('send' as const), key: fc.constantFrom('a', 'b', 'c'), failures: fc.nat({ max: 5 }) }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('work' as const),
      place,
      max: fc.integer({ min: 1, max: 5 }),
      dies: fc.nat({ max: 4 }).map((n) => n === 0),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('move' as const), place }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('forwards' as const),
      fates: fc.array(fc.constantFrom<ForwardFate>('ack', 'refuse', 'lost_ack'), { maxLength: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('refresh' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(500, 1_000, 5_000, 30_000) }) },
);

async function carryOut(world: RetryWorld, what: Step): Promise<void> {
  const at = (index: number): (typeof places)[number] => places[index] as (typeof places)[number];
  switch (what.do) {
    case 'send':
      return world.send(what.key, what.failures);
    case 'work':
      return void (await world.work(at(what.place), what));
    case 'move':
      return world.move(at(what.place));
    case 'forwards':
      return world.let(...what.fates);
    case 'refresh':
      return world.refresh();
    case 'wait':
      return void world.clock.advance(what.ms);
  }
}

describe.each(['batch', 'each'] as const)('a group with retry topics and a handler of shape %s', (shape) => {
  it('handles every record once or buries it, in order inside each key, whatever dies and moves', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60 }), async (steps) => {
        const world = new RetryWorld(shape);
        for (const what of steps) await carryOut(world, what);
        await world.settle();

        for (const [key, sent] of world.sent) {
          const stays = (id: string): boolean => !world.buried.has(id);
          expect((world.applied.get(key) ?? []).filter(stays)).toEqual(sent.filter(stays));
        }
        expect(world.parkedKeys).toBe(0);
      }),
      { numRuns: 400 },
    );
  });

  it('lets other keys of the partition pass a failing one', async () => {
    const world = new RetryWorld(shape);
    world.send('a', 1);
    world.send('c', 0);
    world.send('a', 0);
    world.send('c', 0);

    await world.work({ tier: 0, partition: 1 });

    expect(Object.fromEntries(world.applied)).toEqual({ c: ['c#2', 'c#4'] });
    expect(world.parkedKeys).toBe(1);
  });

  it('has later records follow until the last one that waits is finished, and then takes them at once again', async () => {
    const world = new RetryWorld(shape);
    world.send('a', 1);
    await world.work({ tier: 0, partition: 1 });
    world.send('a', 0);
    await world.work({ tier: 0, partition: 1 });
    expect(await world.work({ tier: 1, partition: 1 })).toBe(0);

    world.clock.advance(1_000);
    expect(await world.work({ tier: 1, partition: 1 })).toBe(2);
    await world.refresh();
    world.send('a', 0);
    await world.work({ tier: 0, partition: 1 });

    expect(Object.fromEntries(world.applied)).toEqual({ a: ['a#1', 'a#2', 'a#3'] });
    expect(world.parkedKeys).toBe(0);
  });

  it('buries a record when its last tier is used up, and goes on with its followers', async () => {
    const world = new RetryWorld(shape);
    world.send('a', 99);
    world.send('a', 0);

    await world.settle();

    expect([...world.buried]).toEqual(['a#1']);
    expect(Object.fromEntries(world.applied)).toEqual({ a: ['a#2'] });
  });

  it('a member that starts anew knows what was parked before', async () => {
    const world = new RetryWorld(shape);
    world.send('a', 1);
    await world.work({ tier: 0, partition: 1 });
    world.send('a', 0);
    await world.work({ tier: 0, partition: 1 }, { dies: true });

    await world.work({ tier: 0, partition: 1 });

    expect(Object.fromEntries(world.applied)).toEqual({});
    expect(world.waiting(1)).toEqual(['a#1', 'a#2']);
  });
});
