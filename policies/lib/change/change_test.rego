# METADATA
# title: Change documents for tests
package trueup.lib.change_test

# A planned change of a resource to `after`, outside any approved pipeline.
to(type, after) := {
	"schema": "trueup.change/v1",
	"change": {
		"origin": "planned",
		"action": "update",
		"resource": {"address": sprintf("%s.it", [type]), "type": type, "name": "it", "tags": {}},
		"before": {},
		"after": after,
		"properties": [],
	},
	"actor": {"kind": "unknown"},
	"channel": "unknown",
	"pipeline": null,
	"point": "ci",
	"environment": {"workspace": "test", "labels": {}},
	"risk": {"class": "medium", "rules": []},
	"break_glass": null,
	"time": null,
}

# The same, brought by a run of the approved pipeline.
approved(document) := object.union(document, {"pipeline": {"run": "1", "verified": true, "approved": true}})

# The same, found after the fact.
observed(document) := object.union(document, {"change": {"origin": "observed"}, "point": "scan"})

removed(type, before) := object.union(to(type, null), {"change": {"action": "delete", "before": before, "after": null}})

test_removed_has_no_after if removed("a", {"b": 1}).change.after == null
