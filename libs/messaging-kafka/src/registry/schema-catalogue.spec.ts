import { describe, expect, it } from '@jest/globals';
import { NotFoundError } from '@caas/runtime';
import { aTopic } from '../fixtures/kafka.fixture.js';
import { MemoryRegistry } from '../fixtures/memory-registry.fixture.js';
import { SchemaCatalogue } from './schema-catalogue.js';

describe('SchemaCatalogue', () => {
  it('registers what is new, sets its compatibility, and lets the encoder use the id', async () => {
    const registry = new MemoryRegistry();
    const schemas = new SchemaCatalogue(registry);
    const topic = aTopic();
    expect(() => schemas.encoderOf(topic).encode({})).toThrow(/not registered yet/);

    const registered = await schemas.registerAll([topic]);

    expect(registered).toEqual([{ subject: topic.subject, id: 1 }]);
    expect(registry.compatibility.get(topic.subject)).toBe('BACKWARD');
    expect(() => schemas.encoderOf(topic).encode({})).toThrow(/^\/type/);
  });

  it('writes nothing when the registry knows everything', async () => {
    const registry = new MemoryRegistry();
    const topic = aTopic();
    await new SchemaCatalogue(registry).registerAll([topic]);
    registry.calls = 0;

    const again = await new SchemaCatalogue(registry).registerAll([topic]);

    expect(again).toEqual([{ subject: topic.subject, id: 1 }]);
    expect(registry.calls).toBe(1);
  });

  it('mends the level of compatibility that somebody changed, when told so', async () => {
    const registry = new MemoryRegistry();
    const topic = aTopic();
    const schemas = new SchemaCatalogue(registry);
    await schemas.registerAll([topic]);
    registry.compatibility.set(topic.subject, 'NONE');

    await schemas.registerAll([topic]);
    expect(await schemas.status([topic])).toMatchObject([{ state: 'registered', compatibility: { defined: 'BACKWARD', set: 'NONE' } }]);
    await schemas.registerAll([topic], { levels: true });

    expect(registry.compatibility.get(topic.subject)).toBe('BACKWARD');
  });

  it('only looks up when told so, and names every subject that is missing', async () => {
    const registry = new MemoryRegistry();
    const [known, missing, absent] = [aTopic(), aTopic(), aTopic({ format: 'json' })];
    await new SchemaCatalogue(registry).registerAll([known]);
    const schemas = new SchemaCatalogue(registry);

    expect(await schemas.lookupAll([known])).toEqual([{ subject: known.subject, id: 1 }]);
    await expect(schemas.lookupAll([known, missing, absent])).rejects.toThrow(NotFoundError);
    await expect(schemas.lookupAll([known, missing, absent])).rejects.toThrow(`${missing.subject}, ${absent.subject}`);
  });
});
