import "module" "iam" {
  source = "../../lib/iam.sentinel"
}

import "module" "lists" {
  source = "../../lib/lists.sentinel"
}

mock "trueup" {
  data = {
    change = {
      resource = { type = "aws_s3_bucket_acl" }
      before   = null
      after    = { acl = "public-read" }
    }
    pipeline = null
  }
}

test {
  rules = {
    main = false
  }
}
