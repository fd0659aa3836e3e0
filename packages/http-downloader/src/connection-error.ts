import { DownloadError } from './download-error.ts';

// OpenSSL's verify errors, Node's TLS errors, and a server that speaks another protocol.
const TLS =
  /^(ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|ERROR_IN_CERT|SELF_SIGNED|DEPTH_ZERO|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|HOSTNAME_MISMATCH|EPROTO)/;

/** Names a failure of the connection. A refused certificate is final: it would be refused again. */
export function connectionError(cause: unknown, says: string): DownloadError {
  const isTls = codesOf(cause).some((code) => TLS.test(code));
  return new DownloadError(isTls ? `${says}: its certificate or TLS version was refused` : says, {
    code: isTls ? 'TLS' : 'NETWORK',
    retryable: !isTls,
    cause,
  });
}

function codesOf(cause: unknown): string[] {
  const codes: string[] = [];
  for (let error = cause, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth += 1) {
    if ('code' in error) codes.push(String(error.code));
  }
  return codes;
}
