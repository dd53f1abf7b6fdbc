import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import type { TimecardApi } from '../../../src/api.ts';

interface Consumer {
  readonly api: TimecardApi;
  readonly wasActive: boolean;
}

describe('the API seen from another extension', () => {
  async function consumer(): Promise<Consumer> {
    const extension = vscode.extensions.getExtension<Consumer>('timecard.timecard-consumer');
    assert.ok(extension, 'The consumer extension is not there');
    return extension.activate();
  }

  it('is there when a dependent extension activates', async () => {
    const { api, wasActive } = await consumer();
    assert.equal(wasActive, true);
    assert.equal(api.version, 1);
  });
});
