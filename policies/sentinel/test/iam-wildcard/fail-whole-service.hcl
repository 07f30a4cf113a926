import "module" "iam" {
  source = "../../lib/iam.sentinel"
}

import "module" "lists" {
  source = "../../lib/lists.sentinel"
}

mock "trueup" {
  data = {
    change = {
      resource = { type = "aws_iam_policy" }
      before   = null
      after    = { policy = "{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": [\"iam:*\"]}]}" }
    }
    pipeline = null
  }
}

test {
  rules = {
    main = false
  }
}
