import { describe, expect, it } from '@jest/globals';
import { runWithRequest, ValidationError } from '@caas/runtime';
import { isId, text } from '@caas/schema';
import { z } from 'zod';
import { defineEvent, TENANT_KEY } from '../definitions/event.js';
import { defineTopic, type TopicDefinition } from '../definitions/topic.js';
import { aTenant, aTopic, messageSent } from '../fixtures/kafka.fixture.js';
import { EventShaper } from './event-shape.js';

const topic = aTopic();
const tenant = aTenant();
const payload = { conversation_id: 'conv_1', body: 'hello', seq: 1 };
const aShaper = (of: TopicDefinition = topic) =>
  new EventShaper({ topic: of, source: 'gateway', contentType: 'application/vnd.caas.avro' });

describe('EventShaper', () => {
  it('checks the payload, unless its caller has', () => {
    const unfit = { ...payload, body: 7 } as unknown as typeof payload;

    expect(() => aShaper().shape({ tenant, event: messageSent, payload: unfit })).toThrow(ValidationError);
    expect(aShaper().shape({ tenant, event: messageSent, payload: unfit, isChecked: true }).envelope.payload).toBe(unfit);
    expect(() => aShaper().shape({ tenant, event: messageSent, payload, isChecked: true, headers: { tenant_id: 'x' } })).toThrow(TypeError);
  });

  it('puts the envelope around the payload and repeats it in headers', () => {
    const { envelope, key, headers } = aShaper().shape({
      tenant,
      event: messageSent,
      payload,
      timestamp: 1_700_000_000_000,
      correlationId: 'req-1',
      causationId: 'evt_1',
      traceId: 'a'.repeat(32),
      applicationId: 'app_1',
      metadata: { user_id: 'usr_1' },
      headers: { reply_to: 'gateway-1' },
    });

    expect(isId('evt', envelope.id)).toBe(true);
    expect(key).toBe('conv_1');
    expect(envelope).toEqual({
      id: envelope.id,
      type: 'message.sent',
      version: '1.0.0',
      timestamp: 1_700_000_000_000,
      tenant_id: tenant.tenantId,
      source: 'gateway',
      application_id: 'app_1',
      correlation_id: 'req-1',
      causation_id: 'evt_1',
      trace_id: 'a'.repeat(32),
      payload,
      metadata: { user_id: 'usr_1' },
    });
    expect(headers).toEqual({
      event_id: envelope.id,
      event_type: 'message.sent',
      tenant_id: tenant.tenantId,
      schema_version: '1.0.0',
      content_type: 'application/vnd.caas.avro',
      timestamp: '1700000000000',
      correlation_id: 'req-1',
      trace_id: 'a'.repeat(32),
      user_id: 'usr_1',
      reply_to: 'gateway-1',
    });
  });

  it('takes correlation and trace from the request being worked on', () => {
    const { envelope } = runWithRequest({ requestId: 'req-2', traceId: 'b'.repeat(32) }, () =>
      aShaper().shape({ tenant, event: messageSent, payload }),
    );

    expect([envelope.correlation_id, envelope.trace_id]).toEqual(['req-2', 'b'.repeat(32)]);
  });

  it('leaves out what nobody gave', () => {
    const { envelope } = aShaper().shape({ tenant, event: messageSent, payload });

    expect(Object.keys(envelope)).toEqual(['id', 'type', 'version', 'timestamp', 'tenant_id', 'source', 'payload', 'metadata']);
  });

  it('refuses a payload that breaks its schema, naming the fields', () => {
    const shape = () => aShaper().shape({ tenant, event: messageSent, payload: { ...payload, conversation_id: '', extra: 1 } });

    expect(shape).toThrow(ValidationError);
    expect(shape).toThrow(/\/conversation_id.*\/extra|\/extra.*\/conversation_id/);
  });

  it('refuses metadata of other fields', () => {
    expect(() => aShaper().shape({ tenant, event: messageSent, payload, metadata: { colour: 'red' } as object })).toThrow(ValidationError);
  });

  it('refuses headers that the envelope owns', () => {
    expect(() => aShaper().shape({ tenant, event: messageSent, payload, headers: { tenant_id: 'clnt_other000' } })).toThrow(
      /tenant_id is set by/,
    );
  });

  it('refuses an event of another topic and a tenant topic without tenant', () => {
    const other = defineEvent({ type: 'user.left', version: '1.0.0', key: null, payload: z.strictObject({ user_id: text({ max: 50 }) }) });

    expect(() => aShaper().shape({ tenant, event: other, payload: { user_id: 'usr_1' } })).toThrow(/does not carry the event user.left/);
    expect(() => aShaper().shape({ event: messageSent, payload })).toThrow(/belong to a tenant/);
  });

  describe('on a platform topic', () => {
    const renamed = defineEvent({
      type: 'tenant.renamed',
      version: '1.0.0',
      key: TENANT_KEY,
      payload: z.strictObject({ name: text({ max: 50 }) }),
    });
    const platform = defineTopic({
      family: 'platform.specs',
      scope: 'platform',
      format: 'json',
      partitions: 1,
      retentionMs: 1_000,
      cleanup: 'delete',
      events: [renamed],
      description: 'of this spec',
    });

    it('keys by the tenant, or by "platform" for facts about the platform', () => {
      const ofTenant = aShaper(platform).shape({ tenant, event: renamed, payload: { name: 'n' } });
      const ofPlatform = aShaper(platform).shape({ event: renamed, payload: { name: 'n' } });

      expect([ofTenant.key, ofTenant.envelope.tenant_id]).toEqual([tenant.tenantId, tenant.tenantId]);
      expect([ofPlatform.key, ofPlatform.envelope.tenant_id]).toEqual(['platform', 'platform']);
    });
  });
});
