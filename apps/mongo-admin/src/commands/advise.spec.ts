import { describe, expect, it } from '@jest/globals';
import { renderAdvice } from './advise.js';

const namespace = { database: 'caas_shared', collection: 'users' };

describe('renderAdvice', () => {
  it('is a table of what to do', () => {
    const advice = [
      {
        kind: 'missing_index',
        namespace,
        subject: 'users_status',
        reason: 'defined as {tenant_id: 1}',
        advice: 'run caas-admin schema apply',
      },
    ] as const;

    const [heading, row] = renderAdvice({ advice, indexes: 3, skipped: [] }).split('\n');

    expect(heading).toMatch(/^KIND +NAMESPACE +SUBJECT +REASON +ADVICE$/);
    expect(row).toMatch(/^missing_index +caas_shared\.users +users_status +defined as \{tenant_id: 1\} +run caas-admin schema apply$/);
  });

  it('says when there is nothing to do, and what was not looked at', () => {
    expect(renderAdvice({ advice: [], indexes: 3, skipped: ['slow queries: the server has no profiler'] })).toBe(
      'nothing to improve in 3 indexes\n\nnot looked at:\n  slow queries: the server has no profiler',
    );
  });
});
