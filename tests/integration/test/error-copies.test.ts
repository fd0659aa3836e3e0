import * as crc64 from '@ossgrant/crc64';
import * as credentialsCore from '@ossgrant/credentials-core';
import * as credentialsDefault from '@ossgrant/credentials-default';
import * as credentialsRemote from '@ossgrant/credentials-remote';
import * as credentialsStatic from '@ossgrant/credentials-static';
import * as credentialsSts from '@ossgrant/credentials-sts';
import * as grantHandler from '@ossgrant/grant-handler';
import * as httpDownloader from '@ossgrant/http-downloader';
import * as localOss from '@ossgrant/local-oss';
import * as signerCore from '@ossgrant/signer-core';
import * as urlPresigner from '@ossgrant/url-presigner';
import { expect, it } from 'vitest';

const PACKAGES: Readonly<Record<string, object>> = {
  crc64,
  credentialsCore,
  credentialsDefault,
  credentialsRemote,
  credentialsStatic,
  credentialsSts,
  grantHandler,
  httpDownloader,
  localOss,
  signerCore,
  urlPresigner,
};

type ErrorClass = typeof Error & { readonly prototype: Error };

function isErrorClass(value: unknown): value is ErrorClass {
  return typeof value === 'function' && value.prototype instanceof Error;
}

const classes = Object.values(PACKAGES).flatMap((entry) => Object.values(entry).filter(isErrorClass));

it('finds the error classes of the packages', () => {
  expect(classes.map(({ name }) => name).toSorted()).toEqual([
    'ChainError',
    'CredentialError',
    'DownloadError',
    'PolicySyntaxError',
    'PresignError',
    'SessionPolicyError',
    'SigningError',
  ]);
});

it.each(classes.map((one) => [one.name, one] as const))(
  'recognises a %s of another copy of its package, and no error of another class',
  (name, ErrorOfOurs) => {
    // What a second copy makes: another class with the same brand.
    class ErrorOfTheirs extends Error {}
    Object.defineProperty(ErrorOfTheirs.prototype, Symbol.for(`@ossgrant/${name}`), { value: true });
    expect(new ErrorOfTheirs()).toBeInstanceOf(ErrorOfOurs);
    expect(new Error(name)).not.toBeInstanceOf(ErrorOfOurs);
    for (const other of classes) {
      if (other !== ErrorOfOurs) expect(new ErrorOfTheirs()).not.toBeInstanceOf(other);
    }
  },
);
