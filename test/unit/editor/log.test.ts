import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimecardError } from '../../../src/core/errors.ts';
import { createLog } from '../../../src/editor/log.ts';
import { describeError, redact } from '../../../src/editor/redact.ts';

const token = fc.stringMatching(/^[A-Za-z0-9_=-]{12,60}$/);

describe('the log', () => {
  it('never shows a credential', () => {
    fc.assert(
      fc.property(
        token,
        fc.constantFrom('Basic ', 'Bearer ', 'ATATT', 'authorization: ', '"Authorization": "'),
        (secret, prefix) => {
          expect(redact(`GET /x ${prefix}${secret} done`)).not.toContain(secret);
        },
      ),
    );
  });

  it('hides what stands before the host of an address', () => {
    expect(redact('see https://me:secret@example.com/x')).toBe('see https://[hidden]@example.com/x');
  });

  it('leaves ordinary text alone', () => {
    const message = 'DEMO-7 at https://example.atlassian.net/browse/DEMO-7 (unauthorized): Basic plan';
    expect(redact(message)).toBe(message);
  });

  it('shows an error’s reason, stack and causes, and none of its other properties', () => {
    const cause = Object.assign(new Error('socket hang up'), {
      config: { headers: { authorization: 'Basic c2VjcmV0' } },
    });
    const text = describeError(new TimecardError('network', 'Jira cannot be reached.', { cause }));
    expect(text).toContain('Jira cannot be reached.');
    expect(text).toContain('(network)');
    expect(text).toContain('socket hang up');
    expect(text).not.toContain('c2VjcmV0');
  });

  it('writes to the channel', () => {
    const lines: string[] = [];
    const write = (line: string) => lines.push(line);
    const log = createLog({ info: write, warn: write, error: write });
    log.warn('Bearer abcdefgh12345678');
    log.error('It failed', new Error('because'));
    expect(lines[0]).toBe('Bearer [hidden]');
    expect(lines[1]).toMatch(/^It failed: Error: because/);
  });
});
