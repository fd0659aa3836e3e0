import type { FailureReader } from './runtime.ts';

// What failures of Node, OpenSSL and undici mean.

const TRUST =
  'to trust it, set NODE_EXTRA_CA_CERTS to a file with the certificate of its authority before the program starts';
const UNKNOWN_AUTHORITY = `its certificate is from an authority that this machine does not know; ${TRUST}`;
const NOT_HTTPS = 'it does not speak TLS on this port: the address may have to start with http://';
const NO_COMMON_TLS = 'it and this program have no version or cipher of TLS in common';
const NO_HTTP_1 = 'it does not speak HTTP/1.1, perhaps only HTTP/2';

// Codes of Node, OpenSSL and undici. https://nodejs.org/api/errors.html, https://nodejs.org/api/tls.html#x509-certificate-error-codes
const TLS_REASONS: Readonly<Record<string, string>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  DEPTH_ZERO_SELF_SIGNED_CERT: `its certificate is self-signed; ${TRUST}`,
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  HOSTNAME_MISMATCH: 'its certificate is for another name',
  CERT_HAS_EXPIRED: 'its certificate has expired, or the local clock is wrong',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet, or the local clock is wrong',
  CERT_REVOKED: 'its certificate was revoked',
  EPROTO: NOT_HTTPS,
  ERR_SSL_WRONG_VERSION_NUMBER: NOT_HTTPS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NOT_HTTPS,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: NO_COMMON_TLS,
  ERR_SSL_UNSUPPORTED_PROTOCOL: NO_COMMON_TLS,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: NO_COMMON_TLS,
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: NO_HTTP_1,
  UND_ERR_PRX_TLS: 'the certificate of the proxy is for another name',
};

const OTHER_TLS =
  /^(ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|ERROR_IN_CERT|SELF_SIGNED|DEPTH_ZERO|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|HOSTNAME_MISMATCH)/;

const NETWORK_REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'it refused the connection',
  ENOTFOUND: 'its name is unknown',
  EAI_AGAIN: 'its name cannot be looked up at present',
  ECONNRESET: 'it reset the connection',
  EPIPE: 'it closed the connection',
  UND_ERR_SOCKET: 'it closed the connection',
  ECONNABORTED: 'the connection was aborted',
  ETIMEDOUT: 'it did not answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'it did not accept the connection in time',
  UND_ERR_HEADERS_TIMEOUT: 'it did not respond in time',
  UND_ERR_BODY_TIMEOUT: 'no more bytes came in time',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to it',
  ENETDOWN: 'the network is down',
  EADDRNOTAVAIL: 'this machine has no free port or address for the connection',
  EMFILE: 'too many files and connections are open',
};

const OUT_OF_MEMORY = /could not allocate memory|out of memory|cannot allocate wasm memory/i;

/** By its message: undici reports the status of a proxy only there, and V8 has no code for a lack of memory. */
export const failureByMessage: FailureReader = (chain) => {
  if (OUT_OF_MEMORY.test(chain[0]?.message ?? '')) {
    const reason =
      'WebAssembly got no memory: raise the limit of address space (ulimit -v), or start Node with --disable-wasm-trap-handler';
    return { code: 'UNSUPPORTED', reason };
  }
  for (const { message } of chain) {
    const [, tunnel, forward] =
      /^Proxy response \((\d{3})\)|^Proxy Authentication Required \((407)\)/.exec(message) ?? [];
    const status = Number(tunnel ?? forward);
    if (Number.isNaN(status)) continue;
    if (status === 407) {
      const reason =
        'the proxy asks for another user name and password (HTTP 407): set them in the variable that names it, as in http://user:password@host:port';
      return { code: 'PROXY', reason };
    }
    if (status >= 500 || status === 429) {
      return { code: 'NETWORK', reason: `the proxy could not reach it (HTTP ${status})`, retryable: true };
    }
    return { code: 'PROXY', reason: `the proxy does not allow the connection (HTTP ${status})` };
  }
  return undefined;
};

/** By the code of the platform. */
export const failureByCode: FailureReader = (chain) => {
  for (const { code, message } of chain) {
    const reason = TLS_REASONS[code];
    if (reason !== undefined) {
      // Node uses this code also for alerts without a name.
      const isAlert = code === 'EPROTO' && !/wrong version number|packet length too long/i.test(message);
      return { code: 'TLS', reason: `${isAlert ? 'it refused the TLS connection' : reason} (${code})` };
    }
    if (OTHER_TLS.test(code)) return { code: 'TLS', reason: `its certificate or TLS version was refused (${code})` };
  }
  for (const { name, code } of chain) {
    // undici's parser does not give all of its errors a code.
    const reason = name === 'HTTPParserError' ? NO_HTTP_1 : NETWORK_REASONS[code];
    if (reason !== undefined) return { code: 'NETWORK', reason: withCode(reason, code), retryable: true };
  }
  return undefined;
};

function withCode(reason: string, code: string): string {
  return code === '' || code === 'undefined' ? reason : `${reason} (${code})`;
}
