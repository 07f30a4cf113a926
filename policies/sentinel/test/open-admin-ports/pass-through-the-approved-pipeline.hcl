import "module" "lists" {
  source = "../../lib/lists.sentinel"
}

import "module" "network" {
  source = "../../lib/network.sentinel"
}

mock "trueup" {
  data = {
    change = {
      resource = { type = "aws_security_group" }
      before   = null
      after    = { ingress = [{ protocol = "tcp", from_port = 20, to_port = 30, cidr_blocks = ["0.0.0.0/0"] }] }
    }
    pipeline = { approved = true }
  }
}

test {
  rules = {
    main = true
  }
}
