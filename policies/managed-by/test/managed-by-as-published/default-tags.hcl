import "plugin" "tfplan/v2" {
  config = { plan_path = "../../plans/default-tags.plan" }
}

test {
  rules = {
    main = false
  }
}
