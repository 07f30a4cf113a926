/** HCP Terraform's file of an OPA policy set: `policy "name" { query = "data.…", enforcement_level = "…" }`. */
export const HCP_POLICIES = "policies.hcl";
