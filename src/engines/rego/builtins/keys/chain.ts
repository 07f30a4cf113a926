import type { X509Certificate } from "node:crypto";
import { compareStrings, isArray, type Value } from "../../values/index.ts";

export interface ChainOptions {
  readonly dnsName: string;
  /** Seconds since 1970; undefined when the host gave no time, which no certificate outlasts. */
  readonly seconds: number | undefined;
  /** Numbers of Go's extended usages, of which the leaf must have one; 0 is any. */
  readonly usages: readonly number[];
}

export interface ChainMember {
  readonly der: Uint8Array;
  readonly certificate: X509Certificate;
  readonly fields: Readonly<Record<string, Value>>;
}

/**
 * The chain from the last certificate up to the first, the root, by way of those between; undefined when none
 * verifies. Signatures, validity, issuers' rights, path lengths, usages, and the leaf's DNS name are checked.
 *
 * @source RFC 5280 section 6, as far as Go's `Certificate.Verify` goes without name constraints on other names
 */
export function verifyChain(
  members: readonly ChainMember[],
  options: ChainOptions,
): readonly ChainMember[] | undefined {
  const [root, ...others] = members;
  const leaf = others.pop();
  if (root === undefined || leaf === undefined) return undefined;
  if (!isUsable(leaf, options)) return undefined;
  if (options.dnsName !== "" && leaf.certificate.checkHost(options.dnsName) === undefined) return undefined;
  if (sameCertificate(leaf, root)) return [leaf];
  return extend([leaf], root, others, options);
}

function extend(
  chain: readonly ChainMember[],
  root: ChainMember,
  between: readonly ChainMember[],
  options: ChainOptions,
): readonly ChainMember[] | undefined {
  const last = chain.at(-1)!;
  const isIssuer = (issuer: ChainMember): boolean =>
    isUsable(issuer, options) && mayIssue(issuer, chain.length - 1) && hasIssued(issuer, last);
  if (isIssuer(root)) {
    const full = [...chain, root];
    return permitsDomains(full) ? full : undefined;
  }
  for (const issuer of between) {
    if (chain.some((member) => sameCertificate(member, issuer)) || !isIssuer(issuer)) continue;
    const found = extend([...chain, issuer], root, between, options);
    if (found !== undefined) return found;
  }
  return undefined;
}

function sameCertificate(a: ChainMember, b: ChainMember): boolean {
  return a.fields["Raw"] === b.fields["Raw"];
}

function isUsable({ fields }: ChainMember, options: ChainOptions): boolean {
  if (options.seconds === undefined || fields["UnhandledCriticalExtensions"] !== null) return false;
  const now = new Date(options.seconds * 1000).toISOString().replace(/\.\d+Z$/, "Z");
  const [from, to] = [fields["NotBefore"], fields["NotAfter"]] as [string, string];
  return compareStrings(now, from) >= 0 && compareStrings(now, to) <= 0 && hasUsage(fields, options.usages);
}

function hasUsage(fields: Readonly<Record<string, Value>>, wanted: readonly number[]): boolean {
  const usages = fields["ExtKeyUsage"];
  const unknown = fields["UnknownExtKeyUsage"];
  if (wanted.includes(0) || ((usages ?? null) === null && (unknown ?? null) === null)) return true;
  return isArray(usages) && usages.some((usage) => usage === 0 || wanted.includes(usage as number));
}

/** `below` counts the intermediate certificates between this one and the leaf. */
function mayIssue({ fields }: ChainMember, below: number): boolean {
  if (fields["Version"] === 3 && !(fields["BasicConstraintsValid"] === true && fields["IsCA"] === true))
    return false;
  const max = fields["MaxPathLen"] as number;
  return fields["BasicConstraintsValid"] !== true || max < 0 || below <= max;
}

function hasIssued(issuer: ChainMember, child: ChainMember): boolean {
  if (issuer.fields["RawSubject"] !== child.fields["RawIssuer"]) return false;
  try {
    return child.certificate.verify(issuer.certificate.publicKey);
  } catch {
    return false;
  }
}

/** DNS names of the leaf against the name constraints of its issuers. */
function permitsDomains(chain: readonly ChainMember[]): boolean {
  const names = listOf(chain[0]!.fields["DNSNames"]);
  return chain.slice(1).every(({ fields }) => {
    const permitted = listOf(fields["PermittedDNSDomains"]);
    const excluded = listOf(fields["ExcludedDNSDomains"]);
    return names.every(
      (name) =>
        !excluded.some((domain) => isBelow(name, domain)) &&
        (permitted.length === 0 || permitted.some((domain) => isBelow(name, domain))),
    );
  });
}

function listOf(value: Value | undefined): readonly string[] {
  return isArray(value) ? (value as readonly string[]) : [];
}

function isBelow(name: string, domain: string): boolean {
  const lower = domain.toLowerCase();
  const host = name.toLowerCase();
  if (lower === "") return true;
  return lower.startsWith(".") ? host.endsWith(lower) : host === lower || host.endsWith(`.${lower}`);
}
