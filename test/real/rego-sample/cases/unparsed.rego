package cases

p := {
