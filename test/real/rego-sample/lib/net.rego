package lib.net

internal(ip) if startswith(ip, "10.")
