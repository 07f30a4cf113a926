package a

import future.keywords.every

p = 1
