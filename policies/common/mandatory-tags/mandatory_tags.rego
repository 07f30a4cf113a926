# METADATA
# title: Mandatory tags
# description: |
#   Every resource that can carry tags or labels says who owns it. Resources without a tag attribute are left alone.
package trueup.common.mandatory_tags

required := data.trueup.params["mandatory-tags"].tags

default required := ["owner", "cost-center"]

deny contains {
	"rule": "missing-tag",
	"severity": "low",
	"path": attribute,
	"msg": sprintf("%s has no `%s` tag; add it", [input.change.resource.address, name]),
} if {
	some attribute in tag_attributes
	some name in required
	not has_tag(name)
}

# The attribute in which this resource carries tags: at most one answer, the first that exists.
tag_attributes contains first if {
	first := [name | some name in ["tags_all", "tags", "labels"]; is_taggable(name)][0]
}

is_taggable(name) if {
	value := object.get(input.change.after, name, "absent")
	value != "absent"
	not is_array(value)
}

# Google Cloud labels know neither capitals nor spaces, so names are compared without case.
has_tag(name) if {
	some attribute in tag_attributes
	some key, value in input.change.after[attribute]
	lower(key) == lower(name)
	value != ""
}
