import "plugin" "tfplan/v2" {
  config = { plan_path = "../../plans/null-tags.plan" }
}

test {
  rules = {
    main = false
  }
}
