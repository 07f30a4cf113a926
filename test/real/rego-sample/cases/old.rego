package a

import future.keywords.in
import data.foo

p[x] {
  x = input.y[_]
  not q(x)
}

q(x) = y { y := x }

r = 1 { true } else = 2 { false }

default s = false

s { input.z }

o[k] = v { v := input[k] }

t["a"]

u = 3

w { "a" in input.l }
