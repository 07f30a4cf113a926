/**
 * Identity of one resource. Account and region are part of it: the same id in two accounts is two resources.
 * `null` means that the source did not say, never "default".
 */
export interface ResourceRef {
  /** Short provider name: `aws`, `azurerm`, `google`, `kubernetes`, `local`. */
  readonly provider: string;
  readonly account: string | null;
  readonly region: string | null;
  /** The source's type name: `aws_security_group`, `kubernetes_network_policy`. */
  readonly type: string;
  /** Identifier in the outside system, once it exists. */
  readonly id: string | null;
  /** Address in the code, index included: `module.web["a"].aws_instance.app[0]`. Unmanaged resources get a synthetic one. */
  readonly address: string;
  readonly name: string;
  /** Module address, `null` at the root. */
  readonly module: string | null;
}

/** Key under which a resource is the same resource in every scan of a workspace. */
export function resourceKey(ref: ResourceRef): string {
  return [ref.provider, ref.account ?? "", ref.region ?? "", ref.type, ref.address].join("|");
}
