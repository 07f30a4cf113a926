# METADATA
# title: No broad role (Azure)
# description: |
#   Nobody gets Owner, Contributor or User Access Administrator on a subscription or above, and no role allows `*`.
package trueup.azure.broad_role

params := data.trueup.params["broad-role-azure"]

default params := {}

broad := {role | some role in object.get(params, "roles", ["Owner", "Contributor", "User Access Administrator", "Role Based Access Control Administrator"])}

deny contains {
	"rule": "broad-role",
	"severity": "critical",
	"path": "role_definition_name",
	"msg": sprintf("%s gives `%s` on `%s`; give a narrower role, or give it on one resource group", [input.change.resource.address, role, scope]),
} if {
	input.change.resource.type in {"azurerm_role_assignment", "azurerm_pim_active_role_assignment"}
	role := input.change.after.role_definition_name
	role in broad
	scope := input.change.after.scope
	_is_wide(scope)
}

deny contains {
	"rule": "wildcard-role",
	"severity": "critical",
	"path": sprintf("permissions[%d].%s", [i, key]),
	"msg": sprintf("%s allows `%s`; name the actions that are needed", [input.change.resource.address, action]),
} if {
	input.change.resource.type == "azurerm_role_definition"
	some i, permission in input.change.after.permissions
	some key in ["actions", "data_actions"]
	some action in permission[key]
	action in {"*", "*/*", "*/write", "Microsoft.Authorization/*"}
}

_is_wide(scope) if startswith(lower(scope), "/providers/microsoft.management/managementgroups/")

_is_wide(scope) if regex.match(`^/subscriptions/[^/]+/?$`, scope)

_is_wide("/")
