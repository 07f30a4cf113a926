import "module" "iam" {
  source = "../../lib/iam.sentinel"
}

import "module" "lists" {
  source = "../../lib/lists.sentinel"
}

mock "trueup" {
  data = {
    change = {
      resource = { type = "aws_s3_bucket_public_access_block" }
      before   = null
      after    = { block_public_acls = true, block_public_policy = false }
    }
    pipeline = null
  }
}

test {
  rules = {
    main = false
  }
}
