# METADATA
# title: Policy documents
# description: Reads AWS policy documents, JSON text or structure, and names what they let through too widely.
package trueup.lib.iam

# The statements of a document that allow something. One statement without a list is a list of one.
allowing(value) := [statement |
	some statement in _listed(object.get(_document(value), "Statement", []))
	object.get(statement, "Effect", "Allow") != "Deny"
]

# Actions that hold every action, or every action of a service: "*", "*:*", "iam:*".
wildcard_actions(statement) := {action |
	some action in _listed(object.get(statement, "Action", []))
	_is_wildcard(action)
}

excludes_actions(statement) if count(_listed(object.get(statement, "NotAction", []))) > 0

# Does the statement let anybody in, and is there no condition to narrow it?
lets_anybody(statement) if {
	"*" in principals(statement)
	count(object.get(statement, "Condition", {})) == 0
}

principals(statement) := {principal |
	some principal in _listed(statement.Principal)
} | {principal |
	is_object(statement.Principal)
	some group in statement.Principal
	some principal in _listed(group)
}

_is_wildcard(action) if regex.match(`^\*+$`, action)

_is_wildcard(action) if regex.match(`^[^:]*:[*?]+$`, action)

_is_wildcard(action) if regex.match(`^[^:]*\*[^:]*:`, action)

_document(value) := json.unmarshal(value) if {
	is_string(value)
	json.is_valid(value)
}

_document(value) := value if is_object(value)

_listed(value) := value if is_array(value)

_listed(value) := [value] if is_string(value)

_listed(value) := [value] if {
	is_object(value)
	value.Effect
}
