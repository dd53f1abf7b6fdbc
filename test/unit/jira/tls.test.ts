import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Certificate, makeCertificate } from '../../../tools/support/certificate.ts';
import { bench, CONTENT, connectionTo, failureOf, OPTIONS, portOf, RECORD } from './support.ts';

/* That VS Code's own certificates are used is tested inside VS Code: test/host/suites/network.test.ts. */
describe('a Jira whose certificate nobody vouches for', () => {
  let folder: string;
  let certificate: Certificate | undefined;
  let server: Server | undefined;
  let asked = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'timecard-tls-'));
    certificate = await makeCertificate(folder, 'localhost');
    if (certificate === undefined) return;
    const started = createServer({ key: certificate.key, cert: certificate.cert }, (_, response) => {
      asked += 1;
      response.end('{}');
    });
    await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
    server = started;
  });
  afterAll(async () => {
    server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('gets neither a request nor a token, and is asked once', async (context) => {
    if (server === undefined) return context.skip('There is no openssl to make a certificate with.');
    const host = `localhost:${portOf(server)}`;
    const { gateway, waits } = bench();
    const session = gateway.session(connectionTo(`https://${host}`), 'secret-token');
    const told = [
      await failureOf(gateway.detect(`https://${host}`)),
      await failureOf(session.myself()),
      await failureOf(session.addWorklog('10001', RECORD, CONTENT, 'Europe/Berlin', OPTIONS)),
    ];
    for (const failure of told) {
      expect(failure).toMatchObject({ reason: 'tls', outcome: 'notSent' });
      expect(failure.message).toBe(
        `The certificate of ${host} is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT). ` +
          'If your company uses its own certificates, add its root certificate to this machine.',
      );
    }
    expect([asked, waits]).toEqual([0, []]);
  });
});
