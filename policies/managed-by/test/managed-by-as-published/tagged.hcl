import "plugin" "tfplan/v2" {
  config = { plan_path = "../../plans/tagged.json" }
}

test {
  rules = {
    main = true
  }
}
