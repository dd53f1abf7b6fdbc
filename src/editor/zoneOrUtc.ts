/**
 * What `write` makes of a zone (IANA name or offset), or of UTC where this machine cannot write times in it: a record made
 * with newer zone data, or, on Node 20, a zone that is only an offset.
 */
export function inZoneOrUtc<T>(zone: string, write: (zone: string) => T): T {
  try {
    return write(zone);
  } catch (error) {
    if (error instanceof RangeError) return write('UTC');
    throw error;
  }
}
