import { describe, expect, it } from '@jest/globals';
import { aTopic } from '../fixtures/kafka.fixture.js';
import { defineConsumer } from './definition.js';

const topic = aTopic();
const handle = () => Promise.resolve();

describe('defineConsumer', () => {
  it('tells the shape by the handler, with five lanes unless given', () => {
    expect(defineConsumer({ group: 'message-processor', topics: [topic], handle })).toMatchObject({
      shape: 'batch',
      group: 'message-processor',
    });
    expect(defineConsumer({ group: 'webhook-fanout', topics: [topic], each: handle })).toMatchObject({ shape: 'each', lanes: 5 });
    expect(defineConsumer({ group: 'webhook-fanout', topics: [topic], each: handle, lanes: 10 })).toMatchObject({ lanes: 10 });
  });

  it.each(['Message', 'message processor', '', 'a/b', '-a'])('refuses the group %j', (group) => {
    expect(() => defineConsumer({ group, topics: [topic], handle })).toThrow(/must be lower-case words/);
  });

  it('refuses no topics, and types that none of them carries', () => {
    expect(() => defineConsumer({ group: 'a', topics: [], handle })).toThrow(/reads no topic/);
    expect(() => defineConsumer({ group: 'a', topics: [topic], types: ['user.left' as 'message.sent'], handle })).toThrow(
      /carries the type user.left/,
    );
  });
});
