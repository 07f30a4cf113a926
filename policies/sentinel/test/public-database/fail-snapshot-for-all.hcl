import "module" "iam" {
  source = "../../lib/iam.sentinel"
}

import "module" "lists" {
  source = "../../lib/lists.sentinel"
}

mock "trueup" {
  data = {
    change = {
      resource = { type = "aws_db_snapshot" }
      before   = null
      after    = { shared_accounts = ["all"] }
    }
    pipeline = null
  }
}

test {
  rules = {
    main = false
  }
}
