package pay.rules

max := data.pay.max + 1
