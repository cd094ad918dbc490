import { setTimeout as delay } from 'node:timers/promises';
import '@caas/messaging-kafka'; // teaches kafkajs to read snappy
import kafkajs, { type Consumer, type IHeaders, type KafkaMessage, type Producer } from 'kafkajs';
import { kafkaAccess } from './kafka-access.fixture.js';

/** Where a record lies. */
export interface RawPlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

export interface RawLetter extends RawPlace {
  /** The original value, byte for byte. */
  readonly value: Buffer;
  readonly code: string;
}

/** The broker without anything of ours: writes what our producer would not, and reads what lies there. */
export class RawKafka {
  readonly #kafka: InstanceType<typeof kafkajs.Kafka>;
  readonly #producer: Producer;

  private constructor(kafka: InstanceType<typeof kafkajs.Kafka>) {
    this.#kafka = kafka;
    this.#producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  }

  static async connect(): Promise<RawKafka> {
    const { brokers, sasl, tls } = kafkaAccess();
    const raw = new RawKafka(
      new kafkajs.Kafka({
        clientId: 'e2e-raw',
        brokers: [...brokers],
        logLevel: kafkajs.logLevel.NOTHING,
        ...(tls !== undefined && { ssl: tls }),
        ...(sasl && { sasl: { mechanism: 'scram-sha-512', username: sasl.username, password: sasl.password } }),
      }),
    );
    await raw.#producer.connect();
    return raw;
  }

  async write(topic: string, message: { key: string; value: Buffer; headers?: IHeaders }): Promise<RawPlace> {
    const [stored] = await this.#producer.send({ topic, messages: [message], acks: -1 });
    return { topic, partition: stored?.partition ?? 0, offset: stored?.baseOffset ?? '' };
  }

  /** The first record of a topic that meets the condition. */
  async find(topic: string, isWanted: (message: KafkaMessage) => boolean): Promise<KafkaMessage> {
    const [found] = await this.#read(topic, (messages) => messages.filter(isWanted).slice(0, 1), 1);
    if (found === undefined) throw new Error(`no such record on ${topic}`);
    return found;
  }

  /** The dead letters of these places, once all of them are there. */
  async letters(places: readonly RawPlace[]): Promise<RawLetter[]> {
    const wanted = new Set(places.map(nameOf));
    const found = new Map<string, RawLetter>();
    await this.#read(
      'internal.dlq',
      (messages) => {
        for (const letter of messages.map(letterOf)) if (wanted.has(nameOf(letter))) found.set(nameOf(letter), letter);
        return [...found.values()];
      },
      wanted.size,
    );
    return places.flatMap((place) => found.get(nameOf(place)) ?? []);
  }

  async close(): Promise<void> {
    await this.#producer.disconnect();
  }

  /** Reads from the beginning until the selection has `enough`, or 20 s have passed. */
  async #read<Item>(topic: string, select: (messages: readonly KafkaMessage[]) => Item[], enough: number): Promise<Item[]> {
    const consumer: Consumer = this.#kafka.consumer({ groupId: `e2e-raw-${process.pid}-${Date.now()}` });
    const messages: KafkaMessage[] = [];
    try {
      await consumer.connect();
      await consumer.subscribe({ topic, fromBeginning: true });
      await consumer.run({ eachMessage: async ({ message }) => void messages.push(message) });
      for (let waited = 0; waited < 20_000 && select(messages).length < enough; waited += 100) await delay(100);
      return select(messages);
    } finally {
      await consumer.disconnect();
    }
  }
}

const FRAME_BYTES = 5;

interface LetterFields extends RawPlace {
  readonly raw_value?: string;
  readonly error: { readonly code: string };
}

function letterOf({ value }: KafkaMessage): RawLetter {
  const letter = JSON.parse((value ?? Buffer.alloc(FRAME_BYTES)).subarray(FRAME_BYTES).toString()) as LetterFields;
  const { topic, partition, offset, raw_value: raw = '', error } = letter;
  return { topic, partition, offset, value: Buffer.from(raw, 'base64'), code: error.code };
}

const nameOf = ({ topic, partition, offset }: RawPlace): string => `${topic}:${partition}:${offset}`;
