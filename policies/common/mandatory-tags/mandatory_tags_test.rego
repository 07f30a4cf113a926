package trueup.common.mandatory_tags_test

import data.trueup.common.mandatory_tags
import data.trueup.lib.change_test as change

names contains name if {
	some message in mandatory_tags.deny
	some name in ["owner", "cost-center", "data-class"]
	contains(message.msg, sprintf("`%s`", [name]))
}

test_names_what_is_missing if {
	names == {"owner", "cost-center"} with input as change.to("aws_instance", {"tags": null})
	names == {"cost-center"} with input as change.to("aws_instance", {"tags": {"owner": "a"}})
	names == set() with input as change.to("aws_instance", {"tags": {"owner": "a", "cost-center": "b"}})
}

test_an_empty_tag_is_no_tag if {
	names == {"owner"} with input as change.to("aws_instance", {"tags": {"owner": "", "cost-center": "b"}})
}

test_provider_defaults_count if {
	after := {"tags": {}, "tags_all": {"Owner": "a", "Cost-Center": "b"}}
	names == set() with input as change.to("aws_instance", after)
}

test_labels if {
	names == {"owner", "cost-center"} with input as change.to("google_compute_disk", {"labels": {}})
}

test_what_has_no_tags_is_left_alone if {
	names == set() with input as change.to("aws_iam_role_policy", {"policy": "{}"})
	names == set() with input as change.to("google_compute_instance", {"tags": ["web"]})
}

test_tags_are_a_parameter if {
	params := {"mandatory-tags": {"tags": ["data-class"]}}
	names == {"data-class"} with input as change.to("aws_instance", {"tags": {}}) with data.trueup.params as params
}
