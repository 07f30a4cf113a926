package a

import rego.v1

p := 1
