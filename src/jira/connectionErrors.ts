import { TimecardError } from '../core/errors.ts';

/** Steps of making a connection; what fails in them fails before anything of the request has left. */
const BEFORE_SENDING = new Set(['connect', 'getaddrinfo']);

/** Node refuses a certificate before it hands the connection to the request. https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const CERTIFICATE =
  /^(CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT|ERR_TLS_CERT_|ERROR_IN_(CERT|CRL)_|INVALID_(CA|PURPOSE)$|PATH_LENGTH_EXCEEDED$|HOSTNAME_MISMATCH$)/;

/**
 * The two sides could not agree to talk TLS at all. OpenSSL (Node) puts its constant in the code or the message,
 * BoringSSL (VS Code) in the message, with spaces or underscores.
 */
const HANDSHAKE =
  /WRONG_VERSION_NUMBER|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS_AVAILABLE|ALERT_HANDSHAKE_FAILURE|ALERT_PROTOCOL_VERSION|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNRECOGNIZED_NAME|NO_CIPHER/;

const ANY_TLS = /^(EPROTO|ERR_SSL_|ERR_TLS_)/;

interface Fault {
  readonly code: string;
  /** It happened before anything of the request had left. */
  readonly early: boolean;
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
  if (ANY_TLS.test(code)) {
    const outcome = fault.early ? 'notSent' : 'unknown';
    return new TimecardError('tls', `No secure connection to ${host} came about (${code}). Check the address.`, {
      outcome,
    });
  }
  const problem = fault.early ? `${host} could not be reached` : `The connection to ${host} broke`;
  return new TimecardError(
    'network',
    `${problem}${code === '' ? '' : ` (${code})`}. Check your network or VPN, then try again.`,
    {
      outcome: fault.early ? 'notSent' : 'unknown',
    },
  );
}

/** Node tries several addresses of a host and then throws all failures together. */
function faultOf(cause: unknown): Fault {
  const errors: readonly unknown[] = cause instanceof AggregateError ? cause.errors : [cause];
  const faults = errors.map((error) => ({ code: codeOf(error), early: isEarly(error) }));
  return faults.find(({ early }) => !early) ?? faults[0] ?? { code: '', early: false };
}

function isEarly(error: unknown): boolean {
  const code = codeOf(error);
  if (ANY_TLS.test(code))
    return HANDSHAKE.test(`${code} ${textOf(error, 'message')}`.toUpperCase().replace(/\s+/g, '_'));
  if (BEFORE_SENDING.has(textOf(error, 'syscall'))) return true;
  // Node names the address only when the other side hangs up during the TLS handshake (lib/_tls_wrap.js, onConnectEnd).
  return code === 'ECONNRESET' && error instanceof Error && 'localAddress' in error && textOf(error, 'syscall') === '';
}

/** An error's code when it has the form of one, so that nothing else can come into a message. */
function codeOf(error: unknown): string {
  const code = textOf(error, 'code');
  return /^[\w-]{1,60}$/.test(code) ? code : '';
}

function textOf(error: unknown, name: 'code' | 'syscall' | 'message'): string {
  if (typeof error !== 'object' || error === null) return '';
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : '';
}
