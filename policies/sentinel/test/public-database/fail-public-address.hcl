import "module" "iam" {
  source = "../../lib/iam.sentinel"
}

import "module" "lists" {
  source = "../../lib/lists.sentinel"
}

mock "trueup" {
  data = {
    change = {
      resource = { type = "aws_db_instance" }
      before   = null
      after    = { publicly_accessible = true }
    }
    pipeline = null
  }
}

test {
  rules = {
    main = false
  }
}
