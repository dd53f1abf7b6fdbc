import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Sync } from '../../../src/app/sync/sync.ts';
import type { Reader, Store } from '../../../src/core/storePorts.ts';
import { Office, quietLog } from './office.ts';

/** The store, counting how many records each read asks for: reading is what holds the process up. */
function counting(store: Store): { readonly store: Store; readonly perRead: readonly number[] } {
  const perRead: number[] = [];
  const read: Store['read'] = async (query) => {
    let records = 0;
    const answer = await store.read((db) => {
      const counted = new Proxy(db, {
        get(target, name) {
          if (name === 'record') records += 1;
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      }) satisfies Reader;
      return query(counted);
    });
    perRead.push(records);
    return answer;
  };
  const counted = new Proxy(store, {
    get(target, name) {
      if (name === 'read') return read;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { store: counted, perRead };
}

describe('a sync of many records', () => {
  let office: Office;

  beforeEach(async () => {
    office = await Office.open('cloud');
  });
  afterEach(() => office.close());

  it('reads a few of them at a time, gives others a turn between, and sends those of an issue oldest first', async () => {
    const keys = ['DEMO-4', 'DEMO-7', 'DEMO-8'];
    for (let n = 0; n < 45; n += 1) await office.finished(keys[n % 3] ?? null, 1, 1_000 - n * 10);
    const { connections, clock, settings } = office.window;
    const { store, perRead } = counting(office.window.store);
    let breaths = 0;
    const breathe = () => {
      breaths += 1;
      return new Promise<void>((resolve) => setImmediate(resolve));
    };
    const parts = { store, connections, clock, settings, newId: randomUUID, sleep: clock.sleep, log: quietLog };
    const sync = new Sync({ ...parts, breathe, random: () => 0.5 });
    expect(await sync.push(undefined)).toMatchObject({ total: 45, succeeded: 45 });
    expect(Math.max(...perRead)).toBeLessThanOrEqual(20);
    expect(perRead.filter((records) => records === 20)).toHaveLength(2);
    // One for each record, three for each write, and those between the reads.
    expect(breaths).toBeGreaterThanOrEqual(45 * 4 + 2);
    for (const key of keys) {
      const worklogs = office.worklogs(key);
      expect(worklogs).toHaveLength(15);
      expect(worklogs.map(({ started }) => started)).toEqual(worklogs.map(({ started }) => started).sort());
    }
  });
});
