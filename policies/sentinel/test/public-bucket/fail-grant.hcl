import "module" "iam" {
  source = "../../lib/iam.sentinel"
}

import "module" "lists" {
  source = "../../lib/lists.sentinel"
}

mock "trueup" {
  data = {
    change = {
      resource = { type = "aws_s3_bucket" }
      before   = null
      after    = { grant = [{ uri = "http://acs.amazonaws.com/groups/global/AllUsers" }] }
    }
    pipeline = null
  }
}

test {
  rules = {
    main = false
  }
}
