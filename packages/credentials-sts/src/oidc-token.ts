import { CredentialError } from '@ossgrant/signer-core';

/** Whether STS refused a token that may have been replaced since it was read. */
export function refusedToken(error: unknown): boolean {
  return (
    error instanceof CredentialError &&
    /^AuthenticationFail\.OIDCToken\.(Expired|Invalid)$/.test(error.serviceCode ?? '')
  );
}

/** A token that cannot be one. It is not quoted. */
export function invalidToken(): CredentialError {
  return new CredentialError('the OIDC token must be 4 to 20000 printable characters: check the file or function', {
    code: 'INVALID_CONFIG',
    retryable: false,
  });
}
