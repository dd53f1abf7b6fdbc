import { describe, expect, it } from 'vitest';
import { isZone } from '../../../src/core/days.ts';
import { onceASecond, usableZone } from '../../../src/core/zone.ts';

describe('the zone of the machine', () => {
  it.each(['Europe/Berlin', 'UTC', 'America/Argentina/Buenos_Aires', 'Etc/GMT+2'])(
    'is %s when Intl says so',
    (told) => {
      expect(usableZone(told, -60)).toBe(told);
    },
  );

  it.each([
    // NixOS with TZ=:/etc/localtime; Windows 11 Home Single Language; TZ=GMT+2; what no machine should say.
    [undefined, -120, '+02:00'],
    ['Etc/Unknown', 300, '-05:00'],
    ['GMT+02:00', 120, '-02:00'],
    ['', -345, '+05:45'],
    ['Mars/Olympus', 0, '+00:00'],
    [undefined, Number.NaN, '+00:00'],
  ])('is a fixed offset for %j at %d', (told, offset, expected) => {
    expect(usableZone(told, offset)).toBe(expected);
    expect(isZone(expected)).toBe(true);
  });

  it('can be counted with, whatever Intl knows', () => {
    const refused = Intl.supportedValuesOf('timeZone').filter((name) => !isZone(usableZone(name, 0)));
    expect(refused).toEqual([]);
  });
});

describe('a zone that is asked for again and again', () => {
  it('is looked up once a second, and again after the clock was set back', () => {
    let asked = 0;
    let now = 10_000;
    const zone = onceASecond(
      () => {
        asked += 1;
        return `Etc/GMT+${asked}`;
      },
      () => now,
    );
    const at = (ms: number) => {
      now = ms;
      return zone();
    };
    expect([at(10_000), at(10_500), at(10_999)]).toEqual(Array(3).fill('Etc/GMT+1'));
    expect([at(11_000), at(9_000), at(9_999), at(30_000)]).toEqual([
      'Etc/GMT+2',
      'Etc/GMT+3',
      'Etc/GMT+3',
      'Etc/GMT+4',
    ]);
  });
});
