import "plugin" "tfplan/v2" {
  config = { plan_path = "../../plans/empty.plan" }
}

test {
  rules = {
    main = true
  }
}
