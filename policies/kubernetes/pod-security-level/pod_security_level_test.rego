package trueup.kubernetes.pod_security_level_test

import data.trueup.kubernetes.pod_security_level
import data.trueup.lib.change_test as change

labels(level) := {"metadata": [{"labels": {"pod-security.kubernetes.io/enforce": level}}]}

none := {"metadata": [{"labels": {"team": "a"}}]}

found(before, after) := {message.rule |
	document := object.union(change.to("kubernetes_namespace", after), {"change": {"before": before}})
	some message in pod_security_level.deny with input as document
}

test_levels if {
	found(labels("restricted"), labels("privileged")) == {"privileged-namespace"}
	found(labels("restricted"), none) == {"level-removed"}
	found(labels("restricted"), labels("baseline")) == set()
	found(none, none) == set()
	found(null, labels("restricted")) == set()
}
