import { TimecardError } from '../core/errors.ts';

/** Steps of making a connection; what fails in them fails before anything of the request has left. */
const BEFORE_SENDING = new Set(['connect', 'getaddrinfo']);

/** Node refuses a certificate before it hands the connection to the request. https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const CERTIFICATE =
  /^(CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT|ERR_TLS_CERT_|ERROR_IN_(CERT|CRL)_|INVALID_(CA|PURPOSE)$|PATH_LENGTH_EXCEEDED$|HOSTNAME_MISMATCH$)/;

/** The two sides could not agree to talk TLS at all. */
const HANDSHAKE =
  /^ERR_SSL_.*(WRONG_VERSION|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS|HANDSHAKE_FAILURE|ALERT_PROTOCOL_VERSION|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNRECOGNIZED_NAME|NO_CIPHER)/;

const ANY_TLS = /^(EPROTO|ERR_SSL_|ERR_TLS_)/;

interface Fault {
  readonly code: string;
  readonly syscall: string;
}

/**
 * What a failed exchange means. `cause` is Node's own error; nothing of it but its code is kept, and `host` is all the
 * message says about the request. `notSent` only where it is certain that nothing has left this machine.
 */
export function connectionError(cause: unknown, host: string): TimecardError {
  const fault = faultOf(cause);
  const { code } = fault;
  if (CERTIFICATE.test(code)) {
    const advice = 'If your company uses its own certificates, add its root certificate to this machine.';
    return new TimecardError('tls', `The certificate of ${host} is not trusted (${code}). ${advice}`, {
      outcome: 'notSent',
    });
  }
  if (HANDSHAKE.test(code) || ANY_TLS.test(code)) {
    const outcome = HANDSHAKE.test(code) ? 'notSent' : 'unknown';
    return new TimecardError('tls', `No secure connection to ${host} came about (${code}). Check the address.`, {
      outcome,
    });
  }
  const early = BEFORE_SENDING.has(fault.syscall);
  const problem = early ? `${host} could not be reached` : `The connection to ${host} broke`;
  return new TimecardError(
    'network',
    `${problem}${code === '' ? '' : ` (${code})`}. Check your network or VPN, then try again.`,
    {
      outcome: early ? 'notSent' : 'unknown',
    },
  );
}

/** Node tries several addresses of a host and then throws all failures together. */
function faultOf(cause: unknown): Fault {
  const errors: readonly unknown[] = cause instanceof AggregateError ? cause.errors : [cause];
  const faults = errors.map((error) => ({ code: textOf(error, 'code'), syscall: textOf(error, 'syscall') }));
  const late = faults.find((fault) => !BEFORE_SENDING.has(fault.syscall));
  return late ?? faults[0] ?? { code: '', syscall: '' };
}

function textOf(error: unknown, name: string): string {
  if (typeof error !== 'object' || error === null) return '';
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' && /^[\w-]{1,60}$/.test(value) ? value : '';
}
