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
      after    = { type = "ingress", protocol = "tcp", from_port = 3389, to_port = 3389, ipv6_cidr_blocks = ["::/0"] }
    }
    pipeline = null
  }
}

test {
  rules = {
    main = false
  }
}
