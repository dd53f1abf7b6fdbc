import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from './process.ts';

/** A certificate that nobody but itself vouches for, and its key; made for one run. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** Where the certificate is, for programs that are told to trust it. */
  readonly certFile: string;
}

/**
 * Makes a self-signed certificate for a host with the `openssl` of this machine, valid for a day.
 * @param folder where its files go; removed by the caller
 * @returns `undefined` where there is no usable `openssl`
 * @throws then, under CI: what needs a certificate must not go untested without a word
 */
export async function makeCertificate(folder: string, host: string): Promise<Certificate | undefined> {
  const keyFile = path.join(folder, `${host}.key.pem`);
  const certFile = path.join(folder, `${host}.pem`);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile];
  const name = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
  const problem = await problemWith(['req', '-x509', '-days', '1', ...key, ...name, '-out', certFile]);
  if (problem !== undefined) {
    if (process.env.CI === 'true') throw new Error(`No certificate for ${host}: ${problem}`);
    return undefined;
  }
  return { key: await readFile(keyFile, 'utf8'), cert: await readFile(certFile, 'utf8'), certFile };
}

/** What kept `openssl` from doing it. */
async function problemWith(args: readonly string[]): Promise<string | undefined> {
  try {
    const { code, output } = await run('openssl', args);
    return code === 0 ? undefined : `openssl ended with ${code}: ${output}`;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'there is no openssl';
    throw error;
  }
}
