package cases

p := q

r if {
	x := 1
	y := data.cases.r
	count(y, x) == 2
}
