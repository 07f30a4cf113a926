# Both forms of one rule. The published one mixes two generations of the Terraform imports; it runs unedited
# through the compatibility selectors `resource_changes.all` and `.applied`.
policy "managed-by" {
  source            = "./managed-by.sentinel"
  enforcement_level = "soft-mandatory"
}

policy "managed-by-as-published" {
  source            = "./managed-by-as-published.sentinel"
  enforcement_level = "advisory"
}
