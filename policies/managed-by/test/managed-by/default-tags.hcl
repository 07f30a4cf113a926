import "plugin" "tfplan/v2" {
  config = { plan_path = "../../plans/default-tags.json" }
}

test {
  rules = {
    main = true
  }
}
