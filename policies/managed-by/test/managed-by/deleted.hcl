import "plugin" "tfplan/v2" {
  config = { plan_path = "../../plans/deleted.plan" }
}

test {
  rules = {
    main = true
  }
}
