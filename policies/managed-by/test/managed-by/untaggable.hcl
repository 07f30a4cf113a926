import "plugin" "tfplan/v2" {
  config = { plan_path = "../../plans/untaggable.plan" }
}

test {
  rules = {
    main = true
  }
}
