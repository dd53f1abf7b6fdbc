import { newRecord } from '../../../src/core/newRecord.ts';
import type { Connection, TimeRecord } from '../../../src/core/records.ts';

/** Something that can be listened to and fired. */
export class Emitter<T> {
  readonly listeners = new Set<(value: T) => void>();
  readonly on = (listener: (value: T) => void) => {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  };
  fire(value: T): void {
    for (const listener of this.listeners) listener(value);
  }
}

export function runningSince(timeIn: number, issueKey: string | null = 'PROJ-1'): TimeRecord {
  const seed = { id: 'r', timeIn, timeOut: null, zone: 'UTC', now: timeIn, issueKey, notes: '' };
  return newRecord({ ...seed, source: 'timer' });
}

export function site(id: string, more: Partial<Connection> = {}): Connection {
  return {
    id,
    jiraUrl: `https://${id}.example.com/jira`,
    deployment: 'dataCenter',
    authType: 'pat',
    email: null,
    cloudId: null,
    accountId: 'mia',
    displayName: 'Mia',
    profileZone: null,
    isActive: true,
    isDefault: false,
    chosenProjects: [],
    lastSuccessAt: null,
    lastProblem: null,
    failedSignIns: 0,
    projectKeys: [],
    createdAt: 1,
    updatedAt: 1,
    ...more,
  };
}

/** A promise that a test settles. */
export function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
