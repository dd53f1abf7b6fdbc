import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commitsIn } from '../../../src/core/reflog.ts';

const START = Date.parse('2026-11-23T09:00:00.250Z');
const END = START + 3_600_000;
const second = (offset: number) => Math.floor(START / 1_000) + offset;
const sha = (n: number) => n.toString(16).padStart(40, '0');

const line = (from: number, to: number, offset: number, said: string, name = 'Mia Krystof') =>
  `${sha(from)} ${sha(to)} ${name} <mia@example.invalid> ${second(offset)} +0100\t${said}`;
const subjects = (...lines: readonly string[]) => commitsIn(lines.join('\n'), START, END).map(({ subject }) => subject);

describe('commitsIn', () => {
  it('reads what git commit wrote in the stretch, and nothing else', () => {
    const reflog = [
      line(0, 1, -60, 'commit: Earlier'),
      line(1, 2, 0, 'commit (initial): First'),
      line(2, 3, 60, 'commit: Fix: the login'),
      line(3, 4, 70, 'commit (merge): Merge branch main'),
      line(4, 5, 80, 'rebase (finish): refs/heads/x onto 1234'),
      line(5, 6, 90, 'pull: Fast-forward'),
      line(6, 7, 100, 'reset: moving to HEAD~1'),
      line(7, 8, 110, 'commit (cherry-pick): Not by hand'),
      line(8, 9, 120, 'checkout: moving from a to b'),
      line(9, 10, 3_601, 'commit: Later'),
    ];
    expect(subjects(...reflog)).toEqual(['First', 'Fix: the login', 'Merge branch main']);
    expect(commitsIn(reflog.join('\n'), START, END)[0]).toEqual({ at: second(0) * 1_000, subject: 'First' });
  });

  it('puts an amended commit in the place of what it amends, as often as that happens', () => {
    expect(
      subjects(
        line(0, 1, 10, 'commit: Other'),
        line(1, 2, 20, 'commit: Fist'),
        line(2, 3, 30, 'commit (amend): Fits'),
        line(3, 4, 40, 'commit (amend): First'),
      ),
    ).toEqual(['Other', 'First']);
    expect(subjects(line(0, 1, -10, 'commit: Before'), line(1, 2, 10, 'commit (amend): Before, better'))).toEqual([
      'Before, better',
    ]);
  });

  it('passes over garbage', () => {
    expect(
      subjects('', '\u0000\u0001', 'commit: no header', line(1, 2, 10, 'commit: '), `${sha(1)} ${sha(2)}\t`),
    ).toEqual([]);
    expect(subjects(`x${line(0, 1, 10, 'commit: a')}`, line(1, 2, 20, 'commit: b'), '\t\tcommit: c')).toEqual(['b']);
    expect(subjects(`${line(0, 1, 10, 'commit: Windows')}\r`)).toEqual(['Windows']);
    expect(subjects(line(0, 1, 10, 'commit: Odd', 'A > B <c>'))).toEqual(['Odd']);
  });

  it('keeps within bounds', () => {
    const many = Array.from({ length: 1_000 }, (_, n) => line(n, n + 1, 10 + n, `commit: Number ${n}`));
    expect(subjects(...many)).toHaveLength(200);
    expect(subjects(...many).at(-1)).toBe('Number 999');
    expect(subjects(line(0, 1, 10, `commit: ${'x'.repeat(100_000)}`))[0]).toHaveLength(255);
    const before = performance.now();
    expect(subjects(`${sha(1)} ${sha(2)} ${'> 1'.repeat(300_000)}`)).toEqual([]);
    expect(performance.now() - before).toBeLessThan(500);
  });

  it('never fails, whatever the file holds', () => {
    const text = fc.string({ unit: 'binary', maxLength: 400 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        const notes = commitsIn(`${a}\n${line(1, 2, 30, `commit: ${b}`)}\n${b}`, START, END);
        for (const { subject } of notes) expect(subject).not.toMatch(/\p{Surrogate}|(?!\t)\p{Cc}/u);
      }),
    );
  });
});
