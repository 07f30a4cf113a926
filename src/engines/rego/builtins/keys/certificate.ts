import { num, type Value } from "../../values/index.ts";
import { formatAddress, v4 } from "../ip-address.ts";
import { encodePath, parseUri } from "../uris.ts";
import {
  bitsOf,
  type Der,
  inside,
  integerOf,
  malformed,
  oidOf,
  readDer,
  TAG,
  textOf,
  timeOf,
  unsignedOf,
} from "./der.ts";

type Fields = Record<string, Value>;

/**
 * A certificate with the fields of Go's `x509.Certificate` as its JSON has them: raw parts in base64, names split,
 * algorithms and usages by number.
 *
 * @source RFC 5280
 */
export function describeCertificate(der: Uint8Array): Fields {
  const [outer] = readDer(der);
  const [body, algorithm, signature] = inside(outer, TAG.sequence);
  const parts = inside(body, TAG.sequence);
  let version = 1;
  if (parts[0]?.tag === 0xa0) version = Number(integerOf(readDer(parts.shift()!.content)[0])) + 1;
  const [serial, , issuer, validity, subject, keyInfo, ...rest] = parts;
  if (keyInfo === undefined || issuer === undefined || subject === undefined) throw malformed();
  const [notBefore, notAfter] = inside(validity, TAG.sequence);
  const extensions = rest.find((part) => part.tag === 0xa3);
  return {
    ...emptyExtensionFields(),
    Raw: base64(outer!.raw),
    RawTBSCertificate: base64(body!.raw),
    RawSubjectPublicKeyInfo: base64(keyInfo.raw),
    RawSubject: base64(subject.raw),
    RawIssuer: base64(issuer.raw),
    Signature: base64(bitsOf(signature)),
    SignatureAlgorithm: signatureAlgorithm(inside(algorithm, TAG.sequence)),
    ...publicKeyFields(keyInfo),
    Version: version,
    SerialNumber: num.fromBigInt(integerOf(serial)),
    Issuer: nameFields(issuer),
    Subject: nameFields(subject),
    NotBefore: timeOf(notBefore),
    NotAfter: timeOf(notAfter),
    ...(extensions === undefined ? {} : extensionFields(readDer(extensions.content)[0])),
  };
}

/** A certificate request with the fields of Go's `x509.CertificateRequest`. */
export function describeRequest(der: Uint8Array): Fields {
  const [outer] = readDer(der);
  const [body, algorithm, signature] = inside(outer, TAG.sequence);
  const [version, subject, keyInfo, attributes] = inside(body, TAG.sequence);
  if (subject === undefined || keyInfo === undefined) throw malformed();
  const requested =
    attributes === undefined ? [] : readDer(attributes.content).map((item) => inside(item, TAG.sequence));
  const extensions = requested.find(([type]) => oidOf(type).join(".") === "1.2.840.113549.1.9.14");
  const list = extensions === undefined ? undefined : inside(extensions[1], TAG.set)[0];
  const { DNSNames, EmailAddresses, IPAddresses, URIs, Extensions } =
    list === undefined ? emptyExtensionFields() : { ...emptyExtensionFields(), ...extensionFields(list) };
  return {
    Raw: base64(outer!.raw),
    RawTBSCertificateRequest: base64(body!.raw),
    RawSubjectPublicKeyInfo: base64(keyInfo.raw),
    RawSubject: base64(subject.raw),
    Version: Number(integerOf(version)),
    Signature: base64(bitsOf(signature)),
    SignatureAlgorithm: signatureAlgorithm(inside(algorithm, TAG.sequence)),
    ...publicKeyFields(keyInfo),
    Subject: nameFields(subject),
    Attributes: attributesOf(requested),
    Extensions: Extensions!,
    ExtraExtensions: null,
    DNSNames: DNSNames!,
    EmailAddresses: EmailAddresses!,
    IPAddresses: IPAddresses!,
    URIs: URIs!,
  };
}

/** Go only keeps attributes whose values are sequences of type and value. */
function attributesOf(attributes: readonly Der[][]): Value {
  const kept: Value[] = [];
  for (const [type, values] of attributes) {
    if (values?.tag !== TAG.set) continue;
    const lists = readDer(values.content);
    if (!lists.every((list) => list.tag === TAG.sequence)) continue;
    const pairs = lists.map((list) =>
      readDer(list.content).map((item): Value => {
        const [id, ...rest] = inside(item, TAG.sequence);
        const value = rest.at(-1)!;
        return {
          Type: oidOf(id),
          Value: value.tag === TAG.octetString ? base64(value.content) : textOf(value),
        };
      }),
    );
    kept.push({ Type: oidOf(type), Value: pairs });
  }
  return kept;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

const SIGNATURES: Readonly<Record<string, number>> = {
  "1.2.840.113549.1.1.4": 2,
  "1.2.840.113549.1.1.5": 3,
  "1.2.840.113549.1.1.11": 4,
  "1.2.840.113549.1.1.12": 5,
  "1.2.840.113549.1.1.13": 6,
  "1.2.840.10040.4.3": 7,
  "2.16.840.1.101.3.4.3.2": 8,
  "1.2.840.10045.4.1": 9,
  "1.2.840.10045.4.3.2": 10,
  "1.2.840.10045.4.3.3": 11,
  "1.2.840.10045.4.3.4": 12,
  "1.3.101.112": 16,
};

/** Hash of RSA-PSS parameters to the number of the algorithm. */
const PSS: Readonly<Record<string, number>> = {
  "2.16.840.1.101.3.4.2.1": 13,
  "2.16.840.1.101.3.4.2.2": 14,
  "2.16.840.1.101.3.4.2.3": 15,
};

function signatureAlgorithm([oid, parameters]: readonly Der[]): number {
  const name = oidOf(oid).join(".");
  if (name !== "1.2.840.113549.1.1.10") return SIGNATURES[name] ?? 0;
  const hash =
    parameters === undefined ? undefined : readDer(parameters.content).find((part) => part.tag === 0xa0);
  if (hash === undefined) return 0;
  const [algorithm] = readDer(hash.content);
  return PSS[oidOf(inside(algorithm, TAG.sequence)[0]).join(".")] ?? 0;
}

function publicKeyFields(keyInfo: Der): Fields {
  const [algorithm, key] = inside(keyInfo, TAG.sequence);
  const oid = oidOf(inside(algorithm, TAG.sequence)[0]).join(".");
  const bits = bitsOf(key);
  switch (oid) {
    case "1.2.840.113549.1.1.1": {
      const [modulus, exponent] = inside(readDer(bits)[0], TAG.sequence);
      return {
        PublicKeyAlgorithm: 1,
        PublicKey: { N: num.fromBigInt(integerOf(modulus)), E: num.fromBigInt(integerOf(exponent)) },
      };
    }
    case "1.2.840.10045.2.1": {
      const size = (bits.length - 1) / 2;
      return {
        PublicKeyAlgorithm: 3,
        PublicKey: {
          Curve: {},
          X: num.fromBigInt(unsignedOf(bits.subarray(1, 1 + size))),
          Y: num.fromBigInt(unsignedOf(bits.subarray(1 + size))),
        },
      };
    }
    case "1.3.101.112":
      return { PublicKeyAlgorithm: 4, PublicKey: base64(bits) };
    default:
      return { PublicKeyAlgorithm: 0, PublicKey: null };
  }
}

const NAME_FIELDS: Readonly<Record<string, string>> = {
  "2.5.4.6": "Country",
  "2.5.4.10": "Organization",
  "2.5.4.11": "OrganizationalUnit",
  "2.5.4.7": "Locality",
  "2.5.4.8": "Province",
  "2.5.4.9": "StreetAddress",
  "2.5.4.17": "PostalCode",
};

function nameFields(name: Der): Fields {
  const lists: Record<string, string[] | null> = {};
  for (const field of Object.values(NAME_FIELDS)) lists[field] = null;
  const names: Value[] = [];
  let commonName = "";
  let serialNumber = "";
  for (const set of inside(name, TAG.sequence)) {
    for (const pair of inside(set, TAG.set)) {
      const [type, value] = inside(pair, TAG.sequence);
      const oid = oidOf(type);
      const text = textOf(value!);
      names.push({ Type: oid, Value: text });
      const dotted = oid.join(".");
      if (dotted === "2.5.4.3") commonName = text;
      else if (dotted === "2.5.4.5") serialNumber = text;
      const field = NAME_FIELDS[dotted];
      if (field !== undefined) lists[field] = [...(lists[field] ?? []), text];
    }
  }
  return {
    ...lists,
    SerialNumber: serialNumber,
    CommonName: commonName,
    Names: names.length === 0 ? null : names,
    ExtraNames: null,
  };
}

function emptyExtensionFields(): Fields {
  const fields: Fields = {};
  for (const name of [
    "AuthorityKeyId",
    "CRLDistributionPoints",
    "DNSNames",
    "EmailAddresses",
    "ExcludedDNSDomains",
    "ExcludedEmailAddresses",
    "ExcludedIPRanges",
    "ExcludedURIDomains",
    "ExtKeyUsage",
    "Extensions",
    "ExtraExtensions",
    "IPAddresses",
    "IssuingCertificateURL",
    "OCSPServer",
    "PermittedDNSDomains",
    "PermittedEmailAddresses",
    "PermittedIPRanges",
    "PermittedURIDomains",
    "Policies",
    "PolicyIdentifiers",
    "PolicyMappings",
    "SubjectKeyId",
    "URIs",
    "UnhandledCriticalExtensions",
    "UnknownExtKeyUsage",
  ])
    fields[name] = null;
  return {
    ...fields,
    BasicConstraintsValid: false,
    InhibitAnyPolicy: 0,
    InhibitAnyPolicyZero: false,
    InhibitPolicyMapping: 0,
    InhibitPolicyMappingZero: false,
    IsCA: false,
    KeyUsage: 0,
    MaxPathLen: 0,
    MaxPathLenZero: false,
    PermittedDNSDomainsCritical: false,
    RequireExplicitPolicy: 0,
    RequireExplicitPolicyZero: false,
  };
}

function extensionFields(list: Der | undefined): Fields {
  const extensions: Value[] = [];
  const unhandled: Value[] = [];
  const fields: Fields = {};
  for (const item of inside(list, TAG.sequence)) {
    const [id, ...rest] = inside(item, TAG.sequence);
    const oid = oidOf(id);
    const critical = rest[0]?.tag === TAG.boolean && rest[0].content[0] !== 0;
    const value = rest.at(-1);
    if (value?.tag !== TAG.octetString) throw malformed();
    extensions.push({ Id: oid, Critical: critical, Value: base64(value.content) });
    const known = extension(oid.join("."), value.content, critical);
    if (known !== undefined) Object.assign(fields, known);
    else if (critical) unhandled.push(oid);
  }
  return {
    ...fields,
    Extensions: extensions,
    UnhandledCriticalExtensions: unhandled.length === 0 ? null : unhandled,
  };
}

function extension(oid: string, content: Uint8Array, critical: boolean): Fields | undefined {
  switch (oid) {
    case "2.5.29.14":
      return { SubjectKeyId: base64(readDer(content)[0]!.content) };
    case "2.5.29.15":
      return { KeyUsage: keyUsage(readDer(content)[0]) };
    case "2.5.29.17":
      return alternativeNames(readDer(content)[0]);
    case "2.5.29.19":
      return basicConstraints(readDer(content)[0]);
    case "2.5.29.30":
      return nameConstraints(readDer(content)[0], critical);
    case "2.5.29.31":
      return { CRLDistributionPoints: orNull(distributionPoints(readDer(content)[0])) };
    case "2.5.29.32": {
      const policies = inside(readDer(content)[0], TAG.sequence).map((item) =>
        oidOf(inside(item, TAG.sequence)[0]),
      );
      return { PolicyIdentifiers: policies, Policies: policies.map((policy) => policy.join(".")) };
    }
    case "2.5.29.35": {
      const id = inside(readDer(content)[0], TAG.sequence).find((part) => part.tag === 0x80);
      return { AuthorityKeyId: id === undefined ? null : base64(id.content) };
    }
    case "2.5.29.37":
      return extendedUsages(readDer(content)[0]);
    case "1.3.6.1.5.5.7.1.1":
      return authorityAccess(readDer(content)[0]);
    default:
      return undefined;
  }
}

function orNull<T extends Value>(items: readonly T[]): Value {
  return items.length === 0 ? null : items;
}

/** Bit i of the string, counted from the left, is bit i of the number. */
function keyUsage(element: Der | undefined): number {
  let usage = 0;
  for (const [i, byte] of bitsOf(element).entries())
    for (let bit = 0; bit < 8; bit++) if (byte & (0x80 >> bit)) usage |= 1 << (i * 8 + bit);
  return usage;
}

function basicConstraints(element: Der | undefined): Fields {
  const parts = inside(element, TAG.sequence);
  const length = parts.find((part) => part.tag === TAG.integer);
  const max = length === undefined ? -1 : Number(integerOf(length));
  return {
    BasicConstraintsValid: true,
    IsCA: parts[0]?.tag === TAG.boolean && parts[0].content[0] !== 0,
    MaxPathLen: max,
    MaxPathLenZero: max === 0,
  };
}

const USAGES: Readonly<Record<string, number>> = {
  "2.5.29.37.0": 0,
  "1.3.6.1.5.5.7.3.1": 1,
  "1.3.6.1.5.5.7.3.2": 2,
  "1.3.6.1.5.5.7.3.3": 3,
  "1.3.6.1.5.5.7.3.4": 4,
  "1.3.6.1.5.5.7.3.5": 5,
  "1.3.6.1.5.5.7.3.6": 6,
  "1.3.6.1.5.5.7.3.7": 7,
  "1.3.6.1.5.5.7.3.8": 8,
  "1.3.6.1.5.5.7.3.9": 9,
  "1.3.6.1.4.1.311.10.3.3": 10,
  "2.16.840.1.113730.4.1": 11,
  "1.3.6.1.4.1.311.2.1.22": 12,
  "1.3.6.1.4.1.311.61.1.1": 13,
};

function extendedUsages(element: Der | undefined): Fields {
  const oids = inside(element, TAG.sequence).map(oidOf);
  const known = oids.filter((oid) => USAGES[oid.join(".")] !== undefined);
  const unknown = oids.filter((oid) => USAGES[oid.join(".")] === undefined);
  return {
    ExtKeyUsage: orNull(known.map((oid) => USAGES[oid.join(".")]!)),
    UnknownExtKeyUsage: orNull(unknown),
  };
}

function alternativeNames(element: Der | undefined): Fields {
  const [dns, email, ip, uri]: [string[], string[], string[], Fields[]] = [[], [], [], []];
  for (const part of inside(element, TAG.sequence)) {
    if (part.tag === 0x82) dns.push(textOf(part));
    else if (part.tag === 0x81) email.push(textOf(part));
    else if (part.tag === 0x87) ip.push(addressOf(part.content));
    else if (part.tag === 0x86) uri.push(uriFields(textOf(part)));
  }
  return {
    DNSNames: orNull(dns),
    EmailAddresses: orNull(email),
    IPAddresses: orNull(ip),
    URIs: orNull(uri),
  };
}

function addressOf(bytes: Uint8Array): string {
  if (bytes.length !== 4 && bytes.length !== 16) throw malformed();
  const value = unsignedOf(bytes);
  return formatAddress(bytes.length === 4 ? v4(value) : value);
}

/** Texts of the URIs among a certificate's alternative names, as Go writes them. */
export function uriTexts(der: Uint8Array): readonly string[] | null {
  const [body] = inside(readDer(der)[0], TAG.sequence);
  const extensions = inside(body, TAG.sequence).find((part) => part.tag === 0xa3);
  if (extensions === undefined) return null;
  for (const item of inside(readDer(extensions.content)[0], TAG.sequence)) {
    const [id, ...rest] = inside(item, TAG.sequence);
    if (oidOf(id).join(".") !== "2.5.29.17") continue;
    const names = inside(readDer(rest.at(-1)!.content)[0], TAG.sequence);
    const uris = names.filter((name) => name.tag === 0x86).map(textOf);
    return uris.length === 0 ? null : uris;
  }
  return null;
}

/** Go's `url.URL`. */
function uriFields(text: string): Fields {
  const parts = parseUri(text);
  if (typeof parts === "string") throw malformed();
  const authority = /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/([^/?#]*)/.exec(text)?.[1];
  const at = authority?.lastIndexOf("@") ?? -1;
  const opaque = authority === undefined && parts["scheme"] !== undefined && parts["path"] === undefined;
  const path = parts["path"] ?? "";
  const rawPath = parts["raw_path"] ?? "";
  return {
    Scheme: parts["scheme"] ?? "",
    Opaque: opaque ? (/^[^:]*:([^?#]*)/.exec(text)?.[1] ?? "") : "",
    User: at >= 0 ? {} : null,
    Host: authority?.slice(at + 1) ?? "",
    Path: path,
    RawPath: path !== "" && encodePath(path) === rawPath ? "" : rawPath === path ? "" : rawPath,
    Fragment: parts["fragment"] ?? "",
    RawFragment: "",
    RawQuery: parts["raw_query"] ?? "",
    ForceQuery: /^[^#?]*\?(?:#|$)/.test(text),
    OmitHost: authority === undefined && parts["scheme"] !== undefined && path.startsWith("/"),
  };
}

function nameConstraints(element: Der | undefined, critical: boolean): Fields {
  const fields: Fields = {};
  let permitsDns = false;
  for (const part of inside(element, TAG.sequence)) {
    const permitted = part.tag === 0xa0;
    const [dns, email, uri, ranges]: [string[], string[], string[], Fields[]] = [[], [], [], []];
    for (const item of readDer(part.content)) {
      const [base] = inside(item, TAG.sequence);
      if (base?.tag === 0x82) dns.push(textOf(base));
      else if (base?.tag === 0x81) email.push(textOf(base));
      else if (base?.tag === 0x86) uri.push(textOf(base));
      else if (base?.tag === 0x87) {
        const half = base.content.length / 2;
        ranges.push({
          IP: addressOf(base.content.subarray(0, half)),
          Mask: base64(base.content.subarray(half)),
        });
      }
    }
    const prefix = permitted ? "Permitted" : "Excluded";
    fields[`${prefix}DNSDomains`] = orNull(dns);
    fields[`${prefix}EmailAddresses`] = orNull(email);
    fields[`${prefix}URIDomains`] = orNull(uri);
    fields[`${prefix}IPRanges`] = orNull(ranges);
    permitsDns = true;
  }
  return { ...fields, PermittedDNSDomainsCritical: critical && permitsDns };
}

function distributionPoints(element: Der | undefined): string[] {
  const urls: string[] = [];
  for (const point of inside(element, TAG.sequence)) {
    const name = inside(point, TAG.sequence).find((part) => part.tag === 0xa0);
    if (name === undefined) continue;
    for (const full of readDer(name.content))
      if (full.tag === 0xa0)
        for (const general of readDer(full.content)) if (general.tag === 0x86) urls.push(textOf(general));
  }
  return urls;
}

function authorityAccess(element: Der | undefined): Fields {
  const [ocsp, issuers]: [string[], string[]] = [[], []];
  for (const item of inside(element, TAG.sequence)) {
    const [method, location] = inside(item, TAG.sequence);
    if (location?.tag !== 0x86) continue;
    const oid = oidOf(method).join(".");
    if (oid === "1.3.6.1.5.5.7.48.1") ocsp.push(textOf(location));
    else if (oid === "1.3.6.1.5.5.7.48.2") issuers.push(textOf(location));
  }
  return { OCSPServer: orNull(ocsp), IssuingCertificateURL: orNull(issuers) };
}
