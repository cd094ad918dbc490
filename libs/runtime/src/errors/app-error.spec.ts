import { describe, expect, it } from '@jest/globals';
import {
  AppError,
  ConflictError,
  InternalError,
  isRetryable,
  NotFoundError,
  TimeoutError,
  UnavailableError,
  ValidationError,
} from './app-error.js';
import { ERROR_CATALOGUE } from './catalogue.js';

describe('the catalogue', () => {
  it.each(Object.entries(ERROR_CATALOGUE))(
    '%s has a status from 400 to 599, a title and when it is answered',
    (code, { status, title, when }) => {
      expect(code).toMatch(/^[A-Z]{3,6}(_[A-Z]+)+$/);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(600);
      expect(title.length).toBeGreaterThan(3);
      expect(when.length).toBeGreaterThan(10);
    },
  );

  it('has no two codes with the same title', () => {
    const titles = Object.values(ERROR_CATALOGUE).map(({ title }) => title);

    expect(new Set(titles).size).toBe(titles.length);
  });
});

describe('AppError', () => {
  it('takes its status from the code and keeps the cause', () => {
    const cause = new Error('E11000');
    const error = new ConflictError('taken', { cause, code: 'USER_EXISTS', details: { conflictWith: 'external_id' } });

    expect({ status: error.status, code: error.code, name: error.name, cause: error.cause, details: error.details }).toEqual({
      status: 409,
      code: 'USER_EXISTS',
      name: 'ConflictError',
      cause,
      details: { conflictWith: 'external_id' },
    });
  });

  it('lists the issues of a validation in its message', () => {
    const error = new ValidationError([{ field: '/name', code: 'required', message: 'is required' }]);

    expect(error.message).toBe('/name: is required');
    expect(error.issues).toHaveLength(1);
  });
});

describe('isRetryable', () => {
  it.each<[string, unknown, boolean]>([
    ['a dependency that is down', new UnavailableError('down'), true],
    ['a timeout', new TimeoutError('late'), true],
    ['a missing thing', new NotFoundError(), false],
    ['a bug', new InternalError('bug'), false],
    ['an error that says otherwise', new AppError('RES_STATE', 'not yet', { retryable: true }), true],
    ['an unknown error, because repeating is harmless', new Error('?'), true],
  ])('%s', (_, error, expected) => {
    expect(isRetryable(error)).toBe(expected);
  });
});
