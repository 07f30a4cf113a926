module trueup.test/peers/provider-local

go 1.26.0

require github.com/terraform-providers/terraform-provider-local v1.4.0

// The module still carries the name of the organisation that it was published under first.
replace github.com/terraform-providers/terraform-provider-local => github.com/hashicorp/terraform-provider-local v1.4.0
