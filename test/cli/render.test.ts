import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { arrows } from '../../src/cli/render/arrows.js';
import { evidence } from '../../src/cli/render/evidence.js';
import { figure, figureWithCount, percent, score } from '../../src/cli/render/figures.js';
import { sparkline } from '../../src/cli/render/sparkline.js';
import { table } from '../../src/cli/render/table.js';
import { columnsOf, counted, fitted, printable, wrapped } from '../../src/cli/render/text.js';
import { date, duration, moment, seconds } from '../../src/cli/render/time.js';
import type { TrendResult } from '../../src/trends/types.js';

const plain = pc.createColors(false);

const trend: TrendResult = {
  metric: 'quality',
  window: '30d',
  direction: 'declining',
  slope: -0.06,
  slopeInterval: [-0.12, -0.01],
  pValue: 0.002,
  adjustedPValue: 0.004,
  threshold: 0.0167,
  dataPointCount: 23,
  since: Date.UTC(2025, 5, 1),
  evaluatedAt: Date.UTC(2025, 5, 20),
};

describe('sparkline', () => {
  it('shows 0 as the lowest bar, 10 as the highest, and a gap as a dot', () => {
    expect(sparkline([0, 10, null, 5])).toBe('▁█·▅');
  });

  it('stays within its bars for values beyond the scale', () => {
    expect(sparkline([-3, 42])).toBe('▁█');
  });
});

describe('figures', () => {
  it('never shows missing data as zero', () => {
    const missing = { status: 'insufficient_data', count: 2, required: 5 } as const;
    expect(figure(missing, percent)).toBe('–');
    expect(figureWithCount(missing, score)).toBe('– (2 of 5)');
  });

  it('shows a figure with what it rests on', () => {
    expect(figureWithCount({ status: 'ok', value: 7.84, count: 23 }, score)).toBe('7.8 (23)');
    expect(figure({ status: 'ok', value: 0, count: 9 }, percent)).toBe('0 %');
  });
});

describe('evidence', () => {
  it('says how fast, how sure, on how much and since when', () => {
    expect(evidence(trend)).toBe(
      'quality −0.42 points a week in 30d (95 % −0.84 to −0.07, p 0.004, n 23), since 2025-06-01',
    );
  });

  it('gives logarithmic metrics in per cent', () => {
    const slower = {
      ...trend,
      metric: 'completionTime',
      slope: Math.log(1.12) / 7,
      slopeInterval: null,
      since: null,
    };
    expect(evidence(slower)).toBe('completion time +12 % a week in 30d (p 0.004, n 23)');
  });

  it('gives what doubles or halves within a week as a factor, up to where it says nothing more', () => {
    const per = (factor: number) => ({
      ...trend,
      metric: 'cost',
      slope: Math.log(factor) / 7,
      slopeInterval: null,
    });
    expect(evidence(per(3.5))).toContain('cost a task ×3.5 a week');
    expect(evidence(per(1 / 40))).toContain('cost a task ÷40 a week');
    expect(evidence(per(1e9))).toContain('cost a task >×999 a week');
  });

  it('says when a direction is held on to although its evidence has grown weak', () => {
    expect(evidence({ ...trend, adjustedPValue: 0.15 })).toContain('since 2025-06-01 on stronger evidence');
    expect(evidence({ ...trend, adjustedPValue: 0.15, direction: 'stable' })).toMatch(/since 2025-06-01$/);
  });

  it('does not pretend to know a p value below what it shows', () => {
    expect(evidence({ ...trend, adjustedPValue: 1e-9 })).toContain('p < 0.001');
  });
});

describe('arrows', () => {
  it('shows a window of which nothing is known as such', () => {
    const known = [{ metric: 'quality', window: '7d', direction: 'improving', since: null }] as const;
    expect(arrows(known, 'quality', ['7d', '30d'], plain)).toBe('↗ –');
  });
});

describe('text from outside', () => {
  it('cannot move the cursor, hide a line or turn the direction', () => {
    expect(printable('a\u001b[2Jb\nc\u202ed')).toBe('a�[2Jb�c�d');
  });

  it('is cut to its column, wide characters counted as wide', () => {
    expect(fitted('openai-codex@repo-7c9d9aba', 30)).toBe('openai-codex@repo-7c9d9aba');
    expect(fitted('x'.repeat(40), 10)).toBe(`${'x'.repeat(9)}…`);
    expect(columnsOf(fitted('漢字漢字漢字漢字', 9))).toBeLessThanOrEqual(9);
  });
});

describe('wrapped', () => {
  it('breaks between words, and indents what follows', () => {
    expect(wrapped('one two three four', 9)).toBe('one two\n  three\n  four');
  });

  it('keeps the indent of the first line', () => {
    expect(wrapped('    one two', 9, '      ')).toBe('    one\n      two');
  });
});

describe('table', () => {
  it('has no lines, and nothing at the ends of its lines', () => {
    const text = table(
      [{ head: 'a' }, { head: 'n', align: 'right' }, { head: 'z' }],
      [
        ['one', '1', ''],
        ['two', '22', 'x'],
      ],
      plain,
    );
    expect(text).toBe('  a     n  z\n  one   1\n  two  22  x');
  });
});

describe('times', () => {
  it('are UTC, whatever the machine thinks', () => {
    expect(moment(Date.UTC(2025, 0, 2, 3, 4))).toBe('2025-01-02 03:04');
    expect(date(Date.UTC(2025, 0, 2, 23, 59))).toBe('2025-01-02');
  });

  it('come in the unit that fits', () => {
    expect([0, 999, 1_500, 90_000, 11_520_000, 864_000_000].map(duration)).toEqual([
      '0 ms',
      '999 ms',
      '1.5 s',
      '1.5 min',
      '3.2 h',
      '10 d',
    ]);
    expect(seconds(12_345)).toBe('12.3 s');
  });

  it('and counts agree with their nouns', () => {
    expect([counted(1, 'agent'), counted(23_877, 'event')]).toEqual(['1 agent', '23,877 events']);
  });
});
