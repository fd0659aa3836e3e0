import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';

/** The bucket is in another region, or its owner wants another host. */
export function wrongEndpoint({ error }: Facts): Cause | undefined {
  if (error.message?.includes('must be addressed using the specified endpoint') !== true) return undefined;
  const wanted = error.endpoint === undefined ? '' : `: ${JSON.stringify(error.endpoint.slice(0, 100))}`;
  return {
    code: 'WRONG_ENDPOINT',
    certainty: 'named',
    message: `the bucket is at another endpoint${wanted}`,
    fix: "sign for the endpoint of the bucket's region, and with that region",
  };
}

/** Hotlink protection refuses the page that sent the request. */
export function refererDenied({ error }: Facts): Cause | undefined {
  const isNamed =
    /^0003-0000050[1-3]$/.test(error.ec ?? '') || error.message?.includes('bucket referer policy') === true;
  if (!isNamed) return undefined;
  return {
    code: 'REFERER_DENIED',
    certainty: 'named',
    message: "the signature is correct, but the bucket's hotlink protection refuses the Referer of the request",
    fix: 'open the link from a page that the bucket allows, or allow this one, or an empty Referer, in the bucket',
  };
}

/** The bucket gives originals to nobody. */
export function styleOnly({ error }: Facts): Cause | undefined {
  if (error.message?.includes('only accessed using style') !== true) return undefined;
  return {
    code: 'STYLE_ONLY',
    certainty: 'named',
    message: 'the bucket protects its original images: it delivers them only through an image style',
    fix: 'sign with process "style/<name>", or turn off the protection of originals in the bucket',
  };
}

/** OSS's own domains deliver no apps. */
export function appOnDefaultDomain({ error }: Facts): Cause | undefined {
  if (error.code !== 'ApkDownloadForbidden') return undefined;
  return {
    code: 'APP_ON_DEFAULT_DOMAIN',
    certainty: 'named',
    message: 'OSS does not deliver APK and IPA files from its own domains',
    fix: 'sign for a custom domain that is bound to the bucket',
  };
}

/** The signature is correct; the signer must not do this. */
export function noPermission(facts: Facts): Cause | undefined {
  const { error, stage } = facts;
  if (error.code !== 'AccessDenied' || stage !== 'later') return undefined;
  if ([wrongEndpoint, refererDenied, styleOnly].some((find) => find(facts) !== undefined)) return undefined;
  const isNamed = error.ec?.startsWith('0003-') === true;
  return {
    code: 'NO_PERMISSION',
    certainty: isNamed ? 'named' : 'likely',
    message: 'the signature is correct, but the signer lacks permission for this operation on this object',
    fix: "check the policies of the RAM user or role, the session's policy, the bucket's policy, and the ACL",
  };
}
