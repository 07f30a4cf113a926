import "plugin" "tfplan/v2" {
  config = { plan_path = "../../plans/empty.json" }
}

test {
  rules = {
    main = true
  }
}
