import { describe, expect, it } from 'vitest';
import { isZone } from '../../../src/core/days.ts';
import { usableZone } from '../../../src/core/zone.ts';

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
