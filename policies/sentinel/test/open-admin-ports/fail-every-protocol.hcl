import "module" "lists" {
  source = "../../lib/lists.sentinel"
}

import "module" "network" {
  source = "../../lib/network.sentinel"
}

mock "trueup" {
  data = {
    change = {
      resource = { type = "aws_vpc_security_group_ingress_rule" }
      before   = null
      after    = { ip_protocol = "-1", cidr_ipv4 = "0.0.0.0/1" }
    }
    pipeline = null
  }
}

test {
  rules = {
    main = false
  }
}
