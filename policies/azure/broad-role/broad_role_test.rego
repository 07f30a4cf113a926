package trueup.azure.broad_role_test

import data.trueup.azure.broad_role
import data.trueup.lib.change_test as change

rules(type, after) := {message.rule | some message in broad_role.deny with input as change.to(type, after)}

assigned(role, scope) := rules("azurerm_role_assignment", {"role_definition_name": role, "scope": scope})

test_assignments if {
	assigned("Owner", "/subscriptions/0000") == {"broad-role"}
	assigned("Contributor", "/providers/Microsoft.Management/managementGroups/root") == {"broad-role"}
	assigned("Owner", "/") == {"broad-role"}
	assigned("Owner", "/subscriptions/0000/resourceGroups/a") == set()
	assigned("Reader", "/subscriptions/0000") == set()
}

test_definitions if {
	rules("azurerm_role_definition", {"permissions": [{"actions": ["*"], "data_actions": []}]}) == {"wildcard-role"}
	rules("azurerm_role_definition", {"permissions": [{"actions": ["Microsoft.Compute/*/read"]}]}) == set()
}

test_roles_are_a_parameter if {
	document := change.to("azurerm_role_assignment", {"role_definition_name": "Contributor", "scope": "/subscriptions/0"})
	count(broad_role.deny) == 0 with input as document with data.trueup.params as {"broad-role-azure": {"roles": ["Owner"]}}
}
