import "plugin" "tfplan/v2" {
  config = { plan_path = "../../plans/untagged.json" }
}

test {
  rules = {
    main = false
  }
}
