import type { ImportSource } from "../evaluator/imports.ts";

export interface TerraformDocuments {
  readonly plan: unknown;
}

export function terraformImport(_name: string, _documents: TerraformDocuments): ImportSource | null {
  return null;
}
