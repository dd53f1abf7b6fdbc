import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, globalAgent, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { type Certificate, makeCertificate } from '../../../tools/support/certificate.ts';
import { bench, CONTENT, connectionTo, failureOf, OPTIONS, portOf, RECORD } from './support.ts';

/** A server on this machine that shows a certificate, and how many requests have come through to it. */
interface Front {
  readonly host: string;
  readonly server: Server;
  asked: number;
}

async function startFront({ key, cert }: Certificate): Promise<Front> {
  const server = createServer({ key, cert }, (_, response) => {
    front.asked += 1;
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const front: Front = { host: `localhost:${portOf(server)}`, server, asked: 0 };
  return front;
}

/** Every way to ask this host for something; what came of each. */
async function refusalsOf({ host }: Front) {
  const { gateway, waits } = bench();
  const session = gateway.session(connectionTo(`https://${host}`), 'secret-token');
  const told = [
    await failureOf(gateway.detect(`https://${host}`)),
    await failureOf(session.myself()),
    await failureOf(session.addWorklog('10001', RECORD, CONTENT, 'Europe/Berlin', OPTIONS)),
  ];
  return { told, waits };
}

async function expectNothingSent(front: Front, code: string): Promise<void> {
  const { told, waits } = await refusalsOf(front);
  for (const failure of told) {
    expect(failure).toMatchObject({ reason: 'tls', outcome: 'notSent' });
    expect(failure.message).toBe(
      `The certificate of ${front.host} is not trusted (${code}). ` +
        'If your company uses its own certificates, add its root certificate to this machine.',
    );
  }
  expect([front.asked, waits]).toEqual([0, []]);
}

/* That VS Code's own certificates are used is tested inside VS Code: test/host/suites/network.test.ts. */
describe('a Jira whose certificate', () => {
  const fronts: Front[] = [];
  const certificates: Certificate[] = [];
  const { ca } = globalAgent.options;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'timecard-tls-'));
    for (const host of ['localhost', 'elsewhere.timecard.test']) {
      const certificate = await makeCertificate(folder, host);
      if (certificate === undefined) return;
      certificates.push(certificate);
      fronts.push(await startFront(certificate));
    }
  });
  afterAll(async () => {
    globalAgent.options.ca = ca;
    for (const { server } of fronts) server.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Under CI the certificates are there, or making them has failed. */
  function withFronts(context: TestContext): { own: Front; other: Front } {
    const [own, other] = fronts;
    if (own === undefined || other === undefined)
      return context.skip('There is no openssl to make a certificate with.');
    return { own, other };
  }

  it('nobody vouches for gets neither a request nor a token, and is asked once', async (context) => {
    await expectNothingSent(withFronts(context).own, 'DEPTH_ZERO_SELF_SIGNED_CERT');
  });

  it('is trusted, but is another host’s, gets neither a request nor a token', async (context) => {
    const { own, other } = withFronts(context);
    globalAgent.options.ca = certificates.map(({ cert }) => cert);
    await expectNothingSent(other, 'ERR_TLS_CERT_ALTNAME_INVALID');
    // The same trust lets everything through to a host whose name is in its certificate.
    await refusalsOf(own);
    expect(own.asked).toBeGreaterThan(0);
  });
});
