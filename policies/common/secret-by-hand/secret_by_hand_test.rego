package trueup.common.secret_by_hand_test

import data.trueup.common.secret_by_hand
import data.trueup.lib.change_test as change

changed(sensitive) := object.union(change.to("kubernetes_secret", {"data": {"password": "x"}}), {"change": {
	"origin": "observed",
	"properties": [{"path": "data.password", "sensitive": sensitive}],
}})

test_observed_is_reviewed if {
	some message in secret_by_hand.review with input as changed(true)
	message.path == "data.password"
	not contains(message.msg, "x;")
}

test_the_rest_is_not if {
	count(secret_by_hand.review) == 0 with input as changed(false)
	count(secret_by_hand.review) == 0 with input as change.approved(changed(true))
	planned := object.union(changed(true), {"change": {"origin": "planned"}})
	count(secret_by_hand.review) == 0 with input as planned
}
