import "plugin" "tfplan/v2" {
  config = { plan_path = "../../plans/null-tags.json" }
}

test {
  rules = {
    main = false
  }
}
