import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Office } from './office.ts';

describe('the site of work that is resumed', () => {
  let office: Office;
  beforeEach(async () => {
    office = await Office.open('cloud');
  });
  afterEach(() => office.close());

  const other = () => ({ ...office.connection, id: 'other', jiraUrl: 'https://other.example.invalid' });
  const resumed = async () => {
    const { id } = office.connection;
    return (await office.window.timeClock.clockIn({ issueKey: 'DEMO-7', connectionId: id })).connectionId;
  };

  it('is the one it was on', async () => {
    await office.window.store.commit((tx) => tx.putConnection({ ...other(), chosenProjects: ['OPS'] }));
    expect(await resumed()).toBe(office.connection.id);
  });

  it('is found anew when that one has been switched off', async () => {
    await office.window.store.commit((tx) => tx.putConnection({ ...office.connection, isActive: false }));
    expect(await resumed()).toBeNull();
  });

  it('is found anew when the user has given the project to another one since', async () => {
    await office.window.store.commit((tx) => tx.putConnection({ ...other(), chosenProjects: ['DEMO'] }));
    expect(await resumed()).toBeNull();
  });
});
