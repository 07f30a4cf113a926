import { isJsonArray, isJsonObject, type Json, member, stringMember } from "../../../base/index.ts";
import type { ResourceRef } from "../../../domain/index.ts";

/** What a document says of a resource besides its attributes. */
export interface RawResource {
  readonly address: string;
  readonly type: string;
  readonly name: string;
  readonly providerName: string | null;
  readonly module: string | null;
  readonly deposed: string | null;
}

/** Fallbacks from the provider's configuration. */
export interface ProviderDefaults {
  readonly region: string | null;
  readonly account: string | null;
}

const NO_DEFAULTS: ProviderDefaults = { region: null, account: null };

/**
 * Identity of a resource. Facts are taken from its attributes first (either side), then from the provider's
 * configuration.
 */
export function resourceRef(
  raw: RawResource,
  sides: readonly (Json | undefined)[],
  defaults: ProviderDefaults = NO_DEFAULTS,
): ResourceRef {
  const provider = providerShortName(raw.providerName, raw.type);
  const pick = (read: (attributes: Json) => string | null): string | null => {
    for (const side of sides) {
      const found = isJsonObject(side) ? read(side) : null;
      if (found !== null) return found;
    }
    return null;
  };
  return {
    provider,
    account: pick((attributes) => accountOf(provider, attributes)) ?? defaults.account,
    region: pick((attributes) => regionOf(provider, attributes)) ?? defaults.region,
    type: raw.type,
    id: pick((attributes) => idOf(provider, attributes)),
    // A deposed object lives beside its successor at the same address; the tool itself writes it so.
    address: raw.deposed === null ? raw.address : `${raw.address} (deposed ${raw.deposed})`,
    name: raw.name,
    module: raw.module,
  };
}

/**
 * `registry.opentofu.org/hashicorp/aws` → `aws`; `provider.aws` and `aws` of old tools too; else the type's
 * first word.
 */
export function providerShortName(providerName: string | null, type: string): string {
  if (providerName !== null && providerName !== "") {
    const quoted = /(?:^|\.)provider\["([^"]+)"\]/.exec(providerName)?.[1] ?? providerName;
    const last = quoted.split("/").at(-1) ?? quoted;
    const short = last.replace(/^provider\./, "").split(".")[0] ?? last;
    if (short !== "") return short;
  }
  return type.split("_")[0] ?? type;
}

const ARN = /^arn:[a-z0-9-]*:[^:]*:([^:]*):(\d{12})?:/;

function arnOf(attributes: Json): RegExpExecArray | null {
  const arn = stringMember(attributes, "arn") ?? stringMember(attributes, "id");
  return arn === null ? null : ARN.exec(arn);
}

function accountOf(provider: string, attributes: Json): string | null {
  switch (provider) {
    case "aws":
    case "awscc": {
      const owner = stringMember(attributes, "owner_id") ?? stringMember(attributes, "account_id");
      return arnOf(attributes)?.[2] ?? (owner !== null && /^\d{12}$/.test(owner) ? owner : null);
    }
    case "azurerm":
    case "azapi":
      return (
        /^\/subscriptions\/([^/]+)/i.exec(stringMember(attributes, "id") ?? "")?.[1]?.toLowerCase() ?? null
      );
    case "google":
    case "google-beta":
      return (
        stringMember(attributes, "project") ||
        (/^projects\/([^/]+)/.exec(stringMember(attributes, "id") ?? "")?.[1] ?? null)
      );
    default:
      return null;
  }
}

function regionOf(provider: string, attributes: Json): string | null {
  switch (provider) {
    case "aws":
    case "awscc": {
      const zone = stringMember(attributes, "availability_zone");
      return (
        (arnOf(attributes)?.[1] || null) ??
        (stringMember(attributes, "region") || null) ??
        (zone === null ? null : (/^([a-z]+(?:-[a-z]+)+-\d)[a-z]$/.exec(zone)?.[1] ?? null))
      );
    }
    case "azurerm":
    case "azapi":
      return stringMember(attributes, "location")?.toLowerCase().replaceAll(" ", "") || null;
    case "google":
    case "google-beta": {
      const zone = stringMember(attributes, "zone")?.split("/").at(-1);
      const region = stringMember(attributes, "region")?.split("/").at(-1);
      return (
        region || (zone ? zone.replace(/-[a-z]$/, "") : null) || stringMember(attributes, "location") || null
      );
    }
    default:
      return stringMember(attributes, "region") || null;
  }
}

function idOf(provider: string, attributes: Json): string | null {
  if (provider === "kubernetes" || provider === "kubectl" || provider === "helm") {
    const named = kubernetesId(attributes);
    if (named !== null) return named;
  }
  return (
    stringMember(attributes, "id") ?? stringMember(attributes, "arn") ?? stringMember(attributes, "self_link")
  );
}

/** `namespace/name`, or `name` for what lives in no namespace. */
function kubernetesId(attributes: Json): string | null {
  const blocks = member(attributes, "metadata");
  const block = isJsonArray(blocks) ? blocks[0] : blocks;
  const metadata = block ?? member(member(attributes, "manifest"), "metadata");
  const name = stringMember(metadata, "name");
  if (name === null) return null;
  const namespace = stringMember(metadata, "namespace");
  return namespace === null || namespace === "" ? name : `${namespace}/${name}`;
}
