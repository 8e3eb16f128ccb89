/** Makes certificates for tests, so that no key lies in the repository: X.509 version 3 with P-256 keys. */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

interface Authority {
  readonly name: string;
  readonly privateKey: KeyObject;
}

export interface TestCertificate extends Authority {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

export interface CertificateOptions {
  readonly name: string;
  /** Default: signed by itself. */
  readonly issuer?: Authority;
  readonly isAuthority?: boolean;
  /** Days from now; both may be negative. Default: from yesterday until tomorrow. */
  readonly fromDays?: number;
  readonly untilDays?: number;
}

/** A certificate for `localhost` and 127.0.0.1. */
export function createCertificate(options: CertificateOptions): TestCertificate {
  const { name, isAuthority = false, fromDays = -1, untilDays = 1 } = options;
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const issuer = options.issuer ?? { name, privateKey };
  const signed = sequence(
    tagged(0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(0x40), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    nameOf(issuer.name),
    sequence(time(fromDays), time(untilDays)),
    nameOf(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, sequence(...extensions(isAuthority))),
  );
  const signature = sign('sha256', signed, issuer.privateKey);
  const der = sequence(
    signed,
    ECDSA_WITH_SHA256,
    tlv(0x03, Buffer.concat([Buffer.of(0), signature])),
  );
  const base64 = der.toString('base64').replaceAll(/.{64}/g, '$&\n').trimEnd();
  return {
    name,
    privateKey,
    cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function extensions(isAuthority: boolean): Buffer[] {
  const critical = tlv(0x01, Buffer.of(0xff));
  return isAuthority
    ? [sequence(oid('551d13'), critical, tlv(0x04, sequence(critical)))]
    : [
        // subjectAltName: a DNS name and an address.
        sequence(
          oid('551d11'),
          tlv(
            0x04,
            sequence(tlv(0x82, Buffer.from('localhost')), tlv(0x87, Buffer.of(127, 0, 0, 1))),
          ),
        ),
      ];
}

const oid = (hex: string): Buffer => tlv(0x06, Buffer.from(hex, 'hex'));
const integer = (bytes: Buffer): Buffer => tlv(0x02, bytes);
const sequence = (...parts: readonly Buffer[]): Buffer => tlv(0x30, Buffer.concat(parts));
const tagged = (number: number, content: Buffer): Buffer => tlv(0xa0 + number, content);

/** A distinguished name of a common name alone. */
const nameOf = (name: string): Buffer =>
  sequence(tlv(0x31, sequence(oid('550403'), tlv(0x0c, Buffer.from(name)))));

const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));

/** UTCTime. */
const time = (inDays: number): Buffer =>
  tlv(
    0x17,
    Buffer.from(
      `${new Date(Date.now() + inDays * 86_400_000)
        .toISOString()
        .replaceAll(/[-:T]|\..*/g, '')
        .slice(2)}Z`,
    ),
  );

/** Tag, length and value of DER. */
function tlv(tag: number, value: Buffer): Buffer {
  const { length } = value;
  const head =
    length < 128
      ? [tag, length]
      : length < 256
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from(head), value]);
}
