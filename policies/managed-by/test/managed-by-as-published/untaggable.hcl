import "plugin" "tfplan/v2" {
  config = { plan_path = "../../plans/untaggable.json" }
}

test {
  rules = {
    main = false
  }
}
