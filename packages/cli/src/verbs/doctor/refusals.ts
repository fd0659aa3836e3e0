/** What to do about a refusal whose cause is not in the signature, by OSS's Code; the empty name is for all others. */
export const REFUSALS: Readonly<Record<string, string>> = {
  AccessDenied: 'the signature is right, and its owner may not do this: look at RAM, role, session and bucket policies',
  InvalidAccessKeyId: 'the key id is unknown or disabled: sign with another',
  InvalidSecurityToken: 'sign again with fresh temporary credentials, and keep key and token together',
  SecurityTokenExpired: 'sign again with fresh temporary credentials',
  SignatureDoesNotMatch: 'give the link, too (ossgrant doctor URL --error FILE): the cause is found by comparing',
  RequestTimeTooSkewed: 'set the clock of the machine that signs',
  NoSuchKey: 'there is no such object: compare the key letter by letter, with its case and its slashes',
  NoSuchBucket: 'there is no such bucket: is it in another region, or misspelt?',
  NoSuchVersion: 'that version has been deleted',
  InvalidObjectState: 'the object is archived: restore it first',
  '': 'https://api.alibabacloud.com/troubleshoot takes the request id and the EC number',
};
