import { isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Logger } from '@caas/runtime';
import kafkajs, { type Kafka as KafkaJs, type KafkaConfig as KafkaJsConfig, type LogEntry, type RetryOptions } from 'kafkajs';
import { encodeProduceRequestsInOnePass } from './produce-request.js';
import { restWhileNothingWaits } from './request-queue.js';
import { compressXerial, expandXerial } from './snappy.js';
import { type KafkaConfig } from './types.js';

const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = kafkajs;

// kafkajs ships without snappy and fails at the first record that has it; its registry of codecs is global to the process.
CompressionCodecs[CompressionTypes.Snappy] = () => ({
  compress: (encoder: { buffer: Buffer }) => Promise.resolve(compressXerial(encoder.buffer)),
  decompress: (buffer: Buffer) => Promise.resolve(expandXerial(buffer)),
});

encodeProduceRequestsInOnePass();
restWhileNothingWaits();

/** Compression codecs by the name that a topic's lane uses. */
export const COMPRESSION = { none: CompressionTypes.None, gzip: CompressionTypes.GZIP, snappy: CompressionTypes.Snappy } as const;

/** Times in force: what the configuration leaves out, filled in. */
export function timeoutsOf(config: KafkaConfig): { requestTimeoutMs: number; connectionTimeoutMs: number; deliveryTimeoutMs: number } {
  return {
    requestTimeoutMs: config.requestTimeoutMs ?? 5_000,
    connectionTimeoutMs: config.connectionTimeoutMs ?? 10_000,
    deliveryTimeoutMs: config.deliveryTimeoutMs ?? 10_000,
  };
}

/** A kafkajs factory for one role. Each producer, consumer and admin made from it has connections of its own. */
export function createKafkaJs(options: { config: KafkaConfig; clientId: string; logger: Logger; retry: RetryOptions }): KafkaJs {
  const { config, clientId, logger, retry } = options;
  const { requestTimeoutMs, connectionTimeoutMs } = timeoutsOf(config);
  const settings: KafkaJsConfig = {
    brokers: [...config.brokers],
    clientId,
    requestTimeout: requestTimeoutMs,
    // The handshake's first request is under this limit, not under the request timeout.
    connectionTimeout: Math.min(connectionTimeoutMs, requestTimeoutMs),
    authenticationTimeout: requestTimeoutMs,
    enforceRequestTimeout: true,
    retry,
    logLevel: logLevel.INFO,
    logCreator: () => bridgeTo(logger),
  };
  const { openSocket } = config;
  if (openSocket !== undefined) {
    settings.socketFactory = ({ host, port, ssl, onConnect }) => {
      const socket = openSocket({ host, port });
      if (!ssl) return socket.once('connect', onConnect);
      return connectTls({ ...ssl, socket, host, ...(isIP(host) === 0 ? { servername: host } : {}) }).once('secureConnect', onConnect);
    };
  }
  // Field by field, since these may be those of the moment (see CurrentLogin).
  if (config.sasl !== undefined) {
    settings.sasl = { mechanism: 'scram-sha-512', username: config.sasl.username, password: config.sasl.password };
  }
  if (config.tls !== undefined && config.tls !== false) {
    settings.ssl = { minVersion: 'TLSv1.2', ...(config.tls === true ? {} : { ca: config.tls.ca }) };
  }
  return new Kafka(settings);
}

/** kafkajs logs routine reconnects as errors; what matters is raised again by the code that calls it, so its own lines are quieter. */
function bridgeTo(logger: Logger): (entry: LogEntry) => void {
  return ({ namespace, level, log }) => {
    const { message, timestamp: _timestamp, logger: _logger, ...fields } = log;
    const line = { kafkajs: namespace, ...fields };
    if (level <= logLevel.ERROR) logger.warn(line, message);
    else if (level === logLevel.WARN) logger.info(line, message);
    else logger.debug(line, message);
  };
}
