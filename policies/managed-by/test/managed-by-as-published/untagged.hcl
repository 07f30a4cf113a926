import "plugin" "tfplan/v2" {
  config = { plan_path = "../../plans/untagged.plan" }
}

test {
  rules = {
    main = false
  }
}
