import "module" "iam" {
  source = "../../lib/iam.sentinel"
}

import "module" "lists" {
  source = "../../lib/lists.sentinel"
}

mock "trueup" {
  data = {
    change = {
      resource = { type = "aws_iam_user_policy_attachment" }
      before   = null
      after    = { policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess" }
    }
    pipeline = null
  }
}

test {
  rules = {
    main = false
  }
}
