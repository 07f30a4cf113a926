import "module" "lists" {
  source = "../../lib/lists.sentinel"
}

mock "trueup" {
  data = {
    change = {
      resource = { type = "aws_s3_bucket" }
      before   = { server_side_encryption_configuration = [{ rule = [] }] }
      after    = { server_side_encryption_configuration = [] }
    }
    pipeline = null
  }
}

test {
  rules = {
    main = false
  }
}
