package c

import future.keywords.if
import data.foo
import future.keywords.every # why

# note
import rego.v1

p if true
