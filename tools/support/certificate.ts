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
 */
export async function makeCertificate(folder: string, host: string): Promise<Certificate | undefined> {
  const keyFile = path.join(folder, `${host}.key.pem`);
  const certFile = path.join(folder, `${host}.pem`);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile];
  const name = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
  try {
    const { code } = await run('openssl', ['req', '-x509', '-days', '1', ...key, ...name, '-out', certFile]);
    if (code !== 0) return undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  return { key: await readFile(keyFile, 'utf8'), cert: await readFile(certFile, 'utf8'), certFile };
}
