import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

/** What an https server shows, and what its clients must trust. All in PEM. */
export interface Certificates {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** What a server is called over TLS. */
export interface ServerNames {
  readonly hosts: readonly string[];
  readonly addresses: readonly string[];
}

const DAY_MS = 86_400_000;
const LIFE_DAYS = 365;
const KEY = {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
} as const;

/**
 * Makes a certificate authority for one server, and its certificate. The authority's key is kept nowhere: nothing else can
 * ever be signed with it.
 */
export async function createCertificates({ hosts, addresses }: ServerNames): Promise<Certificates> {
  // Loaded here, as most servers need none of it.
  const { default: forge } = await import('node-forge');
  const generate = promisify(generateKeyPair);
  const [authority, server] = await Promise.all([generate('rsa', KEY), generate('rsa', KEY)]);

  const certify = (subject: string, publicKey: string, extensions: readonly object[]): string => {
    const certificate = forge.pki.createCertificate();
    certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
    // A number is positive when its first bit is not set.
    certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
    // Clients compare these with the real time, whatever the server's own clock says.
    certificate.validity.notBefore = new Date(Date.now() - DAY_MS);
    certificate.validity.notAfter = new Date(Date.now() + LIFE_DAYS * DAY_MS);
    certificate.setSubject([{ name: 'commonName', value: subject }]);
    certificate.setIssuer([{ name: 'commonName', value: 'local-oss test CA' }]);
    certificate.setExtensions([...extensions]);
    certificate.sign(forge.pki.privateKeyFromPem(authority.privateKey), forge.md.sha256.create());
    return forge.pki.certificateToPem(certificate);
  };

  const keyIdentifier = forge.pki.getPublicKeyFingerprint(forge.pki.publicKeyFromPem(authority.publicKey)).getBytes();
  return {
    ca: certify('local-oss test CA', authority.publicKey, [
      { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
      { name: 'subjectKeyIdentifier' },
    ]),
    certificate: certify('local-oss', server.publicKey, [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      // Python since 3.13 and others that verify strictly want both identifiers.
      { name: 'subjectKeyIdentifier' },
      { name: 'authorityKeyIdentifier', keyIdentifier },
      {
        name: 'subjectAltName',
        altNames: [...hosts.map((value) => ({ type: 2, value })), ...addresses.map((ip) => ({ type: 7, ip }))],
      },
    ]),
    key: server.privateKey,
  };
}
