import "module" "lists" {
  source = "../../lib/lists.sentinel"
}

mock "trueup" {
  data = {
    change = {
      resource = { type = "aws_db_instance" }
      before   = null
      after    = { storage_encrypted = false }
    }
    pipeline = null
  }
}

test {
  rules = {
    main = false
  }
}
