import "module" "lists" {
  source = "../../lib/lists.sentinel"
}

import "module" "network" {
  source = "../../lib/network.sentinel"
}

mock "trueup" {
  data = {
    change = {
      resource = { type = "aws_security_group_rule" }
      before   = null
      after    = { type = "egress", protocol = "-1", cidr_blocks = ["0.0.0.0/0"] }
    }
    pipeline = null
  }
}

test {
  rules = {
    main = true
  }
}
