import "module" "iam" {
  source = "../../lib/iam.sentinel"
}

import "module" "lists" {
  source = "../../lib/lists.sentinel"
}

mock "trueup" {
  data = {
    change = {
      resource = { type = "aws_msk_cluster" }
      before   = null
      after    = { broker_node_group_info = [{ connectivity_info = [{ public_access = [{ type = "SERVICE_PROVIDED_EIPS" }] }] }] }
    }
    pipeline = null
  }
}

test {
  rules = {
    main = false
  }
}
