import "plugin" "tfplan/v2" {
  config = { plan_path = "../../plans/deleted.json" }
}

test {
  rules = {
    main = true
  }
}
