import "plugin" "tfplan/v2" {
  config = { plan_path = "../../plans/tagged.plan" }
}

test {
  rules = {
    main = true
  }
}
